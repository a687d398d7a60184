/// Certificates of `id.test`, made for these tests alone: openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -days 36500 -nodes
///   -subj /CN=id.test -addext subjectAltName=DNS:id.test
struct TestCertificate {
    let chain: String
    let key: String

    static let first = TestCertificate(
        chain: """
            -----BEGIN CERTIFICATE-----
            MIIBjjCCATWgAwIBAgIUQsmN9rxUeuMD58YYFTjml94Z0igwCgYIKoZIzj0EAwIw
            EjEQMA4GA1UEAwwHaWQudGVzdDAgFw0yNjExMjQwNzQ5NDJaGA8yMTI2MTAzMTA3
            NDk0MlowEjEQMA4GA1UEAwwHaWQudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEH
            A0IABKh2hknjRkVL/2U37ZK3J7MmxFGc8vKe4XPbEQjr87vMPY1HHJD1GaTTtYeW
            HOEFpnrZZ8jlnTaaM0xwAtjyUHGjZzBlMB0GA1UdDgQWBBSH8tGV5pPReXMONAZD
            APdfpGzIrjAfBgNVHSMEGDAWgBSH8tGV5pPReXMONAZDAPdfpGzIrjAPBgNVHRMB
            Af8EBTADAQH/MBIGA1UdEQQLMAmCB2lkLnRlc3QwCgYIKoZIzj0EAwIDRwAwRAIg
            N8dSvTeo6SAwY/slZSAXgjrCLUUd7U6jAgutUSDBw5oCIHL/R0uyO/aPib+XTABN
            FxdFFRlGq9unc75oVenYMAXb
            -----END CERTIFICATE-----

            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg2qNk6C6cIu+roTlN
            /vk4KL392etZ5vcMjg0yh8IQCv6hRANCAASodoZJ40ZFS/9lN+2StyezJsRRnPLy
            nuFz2xEI6/O7zD2NRxyQ9Rmk07WHlhzhBaZ62WfI5Z02mjNMcALY8lBx
            -----END PRIVATE KEY-----

            """)

    static let second = TestCertificate(
        chain: """
            -----BEGIN CERTIFICATE-----
            MIIBjzCCATWgAwIBAgIUa27nKdM5vHIFZ/rGiaejowauTZkwCgYIKoZIzj0EAwIw
            EjEQMA4GA1UEAwwHaWQudGVzdDAgFw0yNjExMjgwMzAzNDdaGA8yMTI2MTEwNDAz
            MDM0N1owEjEQMA4GA1UEAwwHaWQudGVzdDBZMBMGByqGSM49AgEGCCqGSM49AwEH
            A0IABBwNlibIg+zJZcmgCDEHTudlfBwrOKSDYMV4Hw+oeFX2d11xwaL5u2iZW6Rd
            G4le43QaGXACv7mGQg/tOhCQNKSjZzBlMB0GA1UdDgQWBBQyuO/vuxmd1zHNw7SQ
            ZbnoQrOgXTAfBgNVHSMEGDAWgBQyuO/vuxmd1zHNw7SQZbnoQrOgXTAPBgNVHRMB
            Af8EBTADAQH/MBIGA1UdEQQLMAmCB2lkLnRlc3QwCgYIKoZIzj0EAwIDSAAwRQIg
            BHh7UoSPFusmZzUo5k24j2srUBVty/rMwgfGDu8OKD8CIQCR0nDMHEGM+dYl2anp
            tgooBcyL1RrH+NWKzO5zy5zgAQ==
            -----END CERTIFICATE-----

            """,
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgiGeBexBp6ydvZWVl
            0vqy7zYZTE6YInYaQV27ePJZaqmhRANCAAQcDZYmyIPsyWXJoAgxB07nZXwcKzik
            g2DFeB8PqHhV9nddccGi+btomVukXRuJXuN0GhlwAr+5hkIP7ToQkDSk
            -----END PRIVATE KEY-----

            """)
}
