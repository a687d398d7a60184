/// Certificates of clients, and of who issued them, valid from 2000 to 2100, made for these tests alone with `openssl ca`.
package enum ClientCertificatePEM {
    /// `O=Example, CN=Clients of Example`, a root.
    package static let authority = """
        -----BEGIN CERTIFICATE-----
        MIIBkTCCATegAwIBAgIBATAKBggqhkjOPQQDAjAvMRswGQYDVQQDDBJDbGllbnRz
        IG9mIEV4YW1wbGUxEDAOBgNVBAoMB0V4YW1wbGUwIBcNMDAwMTAxMDAwMDAwWhgP
        MjEwMDAxMDEwMDAwMDBaMC8xGzAZBgNVBAMMEkNsaWVudHMgb2YgRXhhbXBsZTEQ
        MA4GA1UECgwHRXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABPwqAiwV
        RjQG43k82tsfuq/UA41gA8vGJ+vXzxhbdxjViu1bVtPGCb5J3jtdQ7BvdninF6Fp
        ktB3pR2Ju0NepFajQjBAMA8GA1UdEwEB/wQFMAMBAf8wDgYDVR0PAQH/BAQDAgIE
        MB0GA1UdDgQWBBR/1ynSdGGb8wPgOGcSGwSCqfmRKjAKBggqhkjOPQQDAgNIADBF
        AiBX/sfa6mzFxFb8koSRfKOVz8Cx6FcrbRf9FIbbaVABRAIhAKBMQeA03lC5KsOx
        wydEM4evFWpyZ9KGtf2/WRFJsd4Z
        -----END CERTIFICATE-----
        """
    /// Of that root: `CN=nightly job`, with a DNS name, a URI, two IP addresses and an e-mail address.
    package static let client = """
        -----BEGIN CERTIFICATE-----
        MIICMTCCAdigAwIBAgIBAjAKBggqhkjOPQQDAjAvMRswGQYDVQQDDBJDbGllbnRz
        IG9mIEV4YW1wbGUxEDAOBgNVBAoMB0V4YW1wbGUwIBcNMDAwMTAxMDAwMDAwWhgP
        MjEwMDAxMDEwMDAwMDBaMDoxFDASBgNVBAMMC25pZ2h0bHkgam9iMRUwEwYDVQQK
        DAxFeGFtcGxlLCBMdGQxCzAJBgNVBAYTAkRFMFkwEwYHKoZIzj0CAQYIKoZIzj0D
        AQcDQgAEutYL+pOoW7m/aZZW+xWnJ0VBM736OhoPdcbcFP7WBn/tiXleJINnSmLN
        LeKU7PG0iLiXM39d/+VuDL2BBPHKDaOB1zCB1DAMBgNVHRMBAf8EAjAAMA4GA1Ud
        DwEB/wQEAwIHgDATBgNVHSUEDDAKBggrBgEFBQcDAjAdBgNVHQ4EFgQU7VhwKS8a
        fy6OBJJv2jVCBSX+0Y4wHwYDVR0jBBgwFoAUf9cp0nRhm/MD4DhnEhsEgqn5kSow
        XwYDVR0RBFgwVoIPam9iLmV4YW1wbGUuY29thhpodHRwczovL2pvYi5leGFtcGxl
        LmNvbS9pZIcEwAACB4cQIAENuAAAAAAAAAAAAAAAB4EPam9iQGV4YW1wbGUuY29t
        MAoGCCqGSM49BAMCA0cAMEQCIAIWcP37QL2idiJ7mPVSuw5dfDumImmKwzfBdPmD
        +QV/AiAwYDHSIxFiMS8HKmK0P7RbZ6UNT2TDLTo/aO2msfJ0KA==
        -----END CERTIFICATE-----
        """
    /// Of that root: another client.
    package static let other = """
        -----BEGIN CERTIFICATE-----
        MIIB1zCCAX2gAwIBAgIBAzAKBggqhkjOPQQDAjAvMRswGQYDVQQDDBJDbGllbnRz
        IG9mIEV4YW1wbGUxEDAOBgNVBAoMB0V4YW1wbGUwIBcNMDAwMTAxMDAwMDAwWhgP
        MjEwMDAxMDEwMDAwMDBaMCIxDjAMBgNVBAMMBW90aGVyMRAwDgYDVQQKDAdFeGFt
        cGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAEWGoT+IDk1Zby7UZ3X/Vp1FDW
        1Rk0iDjAdE19Uu0OiwAtqMMuQX3weI3i34NqEypOQKVNlDU8Xtr1Zf18hl8smqOB
        lDCBkTAMBgNVHRMBAf8EAjAAMA4GA1UdDwEB/wQEAwIHgDATBgNVHSUEDDAKBggr
        BgEFBQcDAjAdBgNVHQ4EFgQUY5Ey+hTtzYXykn9KnuNFustWcRswHwYDVR0jBBgw
        FoAUf9cp0nRhm/MD4DhnEhsEgqn5kSowHAYDVR0RBBUwE4IRb3RoZXIuZXhhbXBs
        ZS5jb20wCgYIKoZIzj0EAwIDSAAwRQIgPDDldkn22HnJVLTHBoNRvMebyhHqTigv
        pW65OZdkHAwCIQDA2uuyV5xH6nH6bz0jJ9Voxu/FwYKJ/hyFOgyl1gVfYA==
        -----END CERTIFICATE-----
        """
    /// Of that root, until 2001.
    package static let expired = """
        -----BEGIN CERTIFICATE-----
        MIIB1jCCAXugAwIBAgIBBDAKBggqhkjOPQQDAjAvMRswGQYDVQQDDBJDbGllbnRz
        IG9mIEV4YW1wbGUxEDAOBgNVBAoMB0V4YW1wbGUwHhcNMDAwMTAxMDAwMDAwWhcN
        MDEwMTAxMDAwMDAwWjAkMRAwDgYDVQQDDAdleHBpcmVkMRAwDgYDVQQKDAdFeGFt
        cGxlMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExCaD1HKmgxEWMEjaf6SBd1+p
        cyveKIMZGh5/urySevF57jmKh/3oE+fMW3tJYSF3jmV0D1XcIHFHtTpGna+v+qOB
        kjCBjzAMBgNVHRMBAf8EAjAAMA4GA1UdDwEB/wQEAwIHgDATBgNVHSUEDDAKBggr
        BgEFBQcDAjAdBgNVHQ4EFgQUB57VMP83VzhH/YGUDaf132BXMRcwHwYDVR0jBBgw
        FoAUf9cp0nRhm/MD4DhnEhsEgqn5kSowGgYDVR0RBBMwEYIPam9iLmV4YW1wbGUu
        Y29tMAoGCCqGSM49BAMCA0kAMEYCIQDqy2KGKF07VDEjDTtliEG9GEWlRz3xQiwW
        4MxZ8J9ojQIhAL0+naRCbtjL29Lkn+szgfBd4Ej1krqU3ruE2mVGOdwy
        -----END CERTIFICATE-----
        """
    /// Of that root, for servers alone.
    package static let server = """
        -----BEGIN CERTIFICATE-----
        MIIBxDCCAWugAwIBAgIBBTAKBggqhkjOPQQDAjAvMRswGQYDVQQDDBJDbGllbnRz
        IG9mIEV4YW1wbGUxEDAOBgNVBAoMB0V4YW1wbGUwIBcNMDAwMTAxMDAwMDAwWhgP
        MjEwMDAxMDEwMDAwMDBaMCMxDzANBgNVBAMMBnNlcnZlcjEQMA4GA1UECgwHRXhh
        bXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABOt+yAC94A3hWtNxUrsfjtcA
        eFH0IIz/W6k93d+Lm9g+pcdK3IZ31RKxsJTNyhBJBDN3SlpBkY8tjNl9xjav2o6j
        gYEwfzAMBgNVHRMBAf8EAjAAMBMGA1UdJQQMMAoGCCsGAQUFBwMBMB0GA1UdDgQW
        BBQLEbPfPxYt5+LWq7yxtOtE19Ip8jAfBgNVHSMEGDAWgBR/1ynSdGGb8wPgOGcS
        GwSCqfmRKjAaBgNVHREEEzARgg9qb2IuZXhhbXBsZS5jb20wCgYIKoZIzj0EAwID
        RwAwRAIgNlSJMdvfvVDxLqXoK+XXiaxBFBYMAD0a64wecJf9AwQCIDkGUyXyVZ8s
        wYGvZx3uLp8ONywTJIsdIVupLDaQIkli
        -----END CERTIFICATE-----
        """
    /// Of nobody but itself, with the DNS name of `client`.
    package static let ownIssuer = """
        -----BEGIN CERTIFICATE-----
        MIIBfzCCASWgAwIBAgIBBjAKBggqhkjOPQQDAjAPMQ0wCwYDVQQDDARzZWxmMCAX
        DTAwMDEwMTAwMDAwMFoYDzIxMDAwMTAxMDAwMDAwWjAPMQ0wCwYDVQQDDARzZWxm
        MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAExO9Kc8V3h1dyDElHPcBVLadi+UgG
        Biw4EF0Gzdz9FVR2Q+w+4nUimPYC/N2Em48FjkEwsJdCr1XUeSLb30o4PqNwMG4w
        DAYDVR0TAQH/BAIwADAOBgNVHQ8BAf8EBAMCB4AwEwYDVR0lBAwwCgYIKwYBBQUH
        AwIwHQYDVR0OBBYEFGEaZnQLsR7c7WTb+dO4j0ZNvBPrMBoGA1UdEQQTMBGCD2pv
        Yi5leGFtcGxlLmNvbTAKBggqhkjOPQQDAgNIADBFAiEAt7CDHFuEprVKF+hXzM0v
        2yIIxfx99Fm5cTGT7iErE/0CIA6g8yUc9eQ4xx1xGfpIXjSA2f9u/AALifNuVoci
        hK0e
        -----END CERTIFICATE-----
        """

    /// As nginx has it in `$ssl_client_escaped_cert`.
    package static func escaped(_ pem: String) -> String {
        pem.utf8.map { byte in
            (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x2D
                ? String(UnicodeScalar(byte)) : "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
        }.joined()
    }

    /// The base64 of the DER.
    package static func base64(_ pem: String) -> String {
        pem.split(separator: "\n").filter { !$0.hasPrefix("-----") }.joined()
    }
}
