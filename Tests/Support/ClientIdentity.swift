/// What clients show when they open a connection: the chain in PEM, their own certificate first, and its key. Made for these tests alone.
package struct ClientIdentity: Sendable {
    package let chain: [String]
    package let key: String

    package var pem: String { chain.joined(separator: "\n") + "\n" }

    /// The same without what stands between it and the root.
    package var alone: ClientIdentity { ClientIdentity(chain: Array(chain.prefix(1)), key: key) }

    /// The same certificate so many times.
    package func repeated(_ count: Int) -> ClientIdentity { ClientIdentity(chain: Array(repeating: chain[0], count: count), key: key) }

    /// Of all but `ownIssuer`.
    package static let root = """
        -----BEGIN CERTIFICATE-----
        MIIBeTCCASCgAwIBAgIUZcSDK4zkDRvL05P1l6nP2SbjqREwCgYIKoZIzj0EAwIw
        GjEYMBYGA1UEAwwPUm9vdCBvZiBjbGllbnRzMCAXDTAwMDEwMTAwMDAwMFoYDzIx
        MDAwMTAxMDAwMDAwWjAaMRgwFgYDVQQDDA9Sb290IG9mIGNsaWVudHMwWTATBgcq
        hkjOPQIBBggqhkjOPQMBBwNCAAQdoghrvEtez7l7rlUym+8rEiab48WTM9/o7WYH
        H7hAa3CpsrsJAHhtNSCzUELRQkAmILxHyZozlD335qFVONHio0IwQDAPBgNVHRMB
        Af8EBTADAQH/MA4GA1UdDwEB/wQEAwICBDAdBgNVHQ4EFgQUIn1ukvaCW+MCsT6N
        n+itbYceh3cwCgYIKoZIzj0EAwIDRwAwRAIgUPpApE9VSh9dcchZx4atGUIkIwxh
        SIjttGS3LC5QYY0CIChn/JDPfb3P92Ynx/FhaEHZfwPTVGb37pmJM9iF1HZU
        -----END CERTIFICATE-----
        """
    /// An authority of that root.
    private static let between = """
        -----BEGIN CERTIFICATE-----
        MIIBkzCCATmgAwIBAgIUJxjTWZxP31GtB13bN7qLzQrZjwUwCgYIKoZIzj0EAwIw
        GjEYMBYGA1UEAwwPUm9vdCBvZiBjbGllbnRzMCAXDTAwMDEwMTAwMDAwMFoYDzIx
        MDAwMTAxMDAwMDAwWjASMRAwDgYDVQQDDAdCZXR3ZWVuMFkwEwYHKoZIzj0CAQYI
        KoZIzj0DAQcDQgAEFPcu612UxeADk1cFLKTBRVlU3YTR6PMjvz1qyFo1NQDG8SsC
        FditQkpgPw6Oh2i3mvb8QAE/UlPuZ2FNXO1r36NjMGEwDwYDVR0TAQH/BAUwAwEB
        /zAOBgNVHQ8BAf8EBAMCAgQwHQYDVR0OBBYEFBYpfYfTeWV4LAQdH3o6RHZgZhGO
        MB8GA1UdIwQYMBaAFCJ9bpL2glvjArE+jZ/orW2HHod3MAoGCCqGSM49BAMCA0gA
        MEUCIQDtVYw/vaYtpoAmIylQzBPBmZp0LzMMTR8m9blNi5VPmwIgJ19zQwzs4iWI
        xwxB39VglzAyjaxPLSotBoQJRAHWeiM=
        -----END CERTIFICATE-----
        """
    /// Of that root, with a key usage for certificates and without basic constraints.
    private static let noAuthority = """
        -----BEGIN CERTIFICATE-----
        MIIBiDCCAS2gAwIBAgIUUSWjzQEwfWOwUiDjhsFTUxmOoOQwCgYIKoZIzj0EAwIw
        GjEYMBYGA1UEAwwPUm9vdCBvZiBjbGllbnRzMCAXDTAwMDEwMTAwMDAwMFoYDzIx
        MDAwMTAxMDAwMDAwWjAXMRUwEwYDVQQDDAxObyBhdXRob3JpdHkwWTATBgcqhkjO
        PQIBBggqhkjOPQMBBwNCAASmWzGeDUCV5OUsrnf4kw3Ls3o6PqZeEadSUYDq14tp
        pNMCNynSh+G9mcw3e/h6wDU62FK4o75fGH+p+Qx3/kLho1IwUDAOBgNVHQ8BAf8E
        BAMCAgQwHQYDVR0OBBYEFA2i8M/rpKRYPanOLHnRDD9hL2usMB8GA1UdIwQYMBaA
        FCJ9bpL2glvjArE+jZ/orW2HHod3MAoGCCqGSM49BAMCA0kAMEYCIQDyhSaY4RBU
        YT0KH2ihDNEpLTSGz5SxWG2gc0gEtgV3nwIhAIzvSRGrPoWonpwoJyl0Nuyc1679
        yc05/HuAa1g1Op9u
        -----END CERTIFICATE-----
        """
    /// `job.example.com`, by the authority between.
    package static let job = ClientIdentity(
        chain: [
            """
            -----BEGIN CERTIFICATE-----
            MIIBtjCCAV2gAwIBAgIUXyMuamlkqRk1usF8cInjOPidxWIwCgYIKoZIzj0EAwIw
            EjEQMA4GA1UEAwwHQmV0d2VlbjAgFw0wMDAxMDEwMDAwMDBaGA8yMTAwMDEwMTAw
            MDAwMFowDjEMMAoGA1UEAwwDam9iMFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE
            CwECO7Ctg3ZD+QGG/rRgi1uraatCsF119vKO9CUzo5h4E4dp002WJRoZ7sEgMJV5
            aI2ohqmXIhUHrR2fxJSW/KOBkjCBjzAMBgNVHRMBAf8EAjAAMA4GA1UdDwEB/wQE
            AwIHgDATBgNVHSUEDDAKBggrBgEFBQcDAjAdBgNVHQ4EFgQUkmnJUIaXYYH1s0WA
            vod/A2MmCXMwHwYDVR0jBBgwFoAUFil9h9N5ZXgsBB0fejpEdmBmEY4wGgYDVR0R
            BBMwEYIPam9iLmV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0cAMEQCIBOjJ8lUXhHS
            3nVZ+oK/StcPQY/NqRxm9uELYAEdT8G1AiAwfWOHtfd7zQVEtuzWt3ScG15zonrS
            k5TaO9NMo59llw==
            -----END CERTIFICATE-----
            """, between,
        ],
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQglWHVEaJN7wOsCljy
            YodjWuiVTpFs/Dxiw9IBCneppR+hRANCAAQLAQI7sK2DdkP5AYb+tGCLW6tpq0Kw
            XXX28o70JTOjmHgTh2nTTZYlGhnuwSAwlXlojaiGqZciFQetHZ/ElJb8
            -----END PRIVATE KEY-----
            """)
    /// `other.example.com`, by that authority.
    package static let other = ClientIdentity(
        chain: [
            """
            -----BEGIN CERTIFICATE-----
            MIIBvDCCAWGgAwIBAgIUSvd2FFTVarT2lmd8UlloOOXvqm8wCgYIKoZIzj0EAwIw
            EjEQMA4GA1UEAwwHQmV0d2VlbjAgFw0wMDAxMDEwMDAwMDBaGA8yMTAwMDEwMTAw
            MDAwMFowEDEOMAwGA1UEAwwFb3RoZXIwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
            AARuhi0bTbSeK+6Civz/3E6OmPK4TyZ4OVyLRtjPs335QWo1b6NBPZ6ZVOTs9SVk
            6oeGyvfK0E9kfr/sq+F+9QWjo4GUMIGRMAwGA1UdEwEB/wQCMAAwDgYDVR0PAQH/
            BAQDAgeAMBMGA1UdJQQMMAoGCCsGAQUFBwMCMB0GA1UdDgQWBBR+2rB0eFsKg1VJ
            e5X4L6tJ040tnDAfBgNVHSMEGDAWgBQWKX2H03lleCwEHR96OkR2YGYRjjAcBgNV
            HREEFTATghFvdGhlci5leGFtcGxlLmNvbTAKBggqhkjOPQQDAgNJADBGAiEArSXc
            Qd5aoSBxsDtpjUS/WI6Y5zI4G8aWZh7CTUY/aM4CIQD2VTiivpP/NpHEm0Chag3b
            0y9CuqP1MXKun2/N6mRDoA==
            -----END CERTIFICATE-----
            """, between,
        ],
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg7didJcIlMXNXc2qi
            LQN+Qrte0uvBYYoIoGIGfQdY8pmhRANCAARuhi0bTbSeK+6Civz/3E6OmPK4TyZ4
            OVyLRtjPs335QWo1b6NBPZ6ZVOTs9SVk6oeGyvfK0E9kfr/sq+F+9QWj
            -----END PRIVATE KEY-----
            """)
    /// `job.example.com`, issued by what does not say that it is an authority.
    package static let belowNoAuthority = ClientIdentity(
        chain: [
            """
            -----BEGIN CERTIFICATE-----
            MIIB1zCCAX2gAwIBAgIUSLpt8dPpi0HgCY2tJvdFdOBcovUwCgYIKoZIzj0EAwIw
            FzEVMBMGA1UEAwwMTm8gYXV0aG9yaXR5MCAXDTAwMDEwMTAwMDAwMFoYDzIxMDAw
            MTAxMDAwMDAwWjApMScwJQYDVQQDDB5qb2IgYmVsb3cgd2hhdCBpcyBubyBhdXRo
            b3JpdHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAAS/YAcIn9v9kgbau5/eRkEe
            byqrUBJcsbDfWnMKrPaUtD6sHOLlTa5XrsmuI7O2RLpUDTNK8vQDH21Oap/w6o3I
            o4GSMIGPMAwGA1UdEwEB/wQCMAAwDgYDVR0PAQH/BAQDAgeAMBMGA1UdJQQMMAoG
            CCsGAQUFBwMCMB0GA1UdDgQWBBS63TcFzz50zk5520trfQGYHQdrXzAfBgNVHSME
            GDAWgBQNovDP66SkWD2pzix50Qw/YS9rrDAaBgNVHREEEzARgg9qb2IuZXhhbXBs
            ZS5jb20wCgYIKoZIzj0EAwIDSAAwRQIhAM0JwUJUlw3Dht3WK0QZoC/N65T6V8Xp
            bj8ZNyB5onbLAiBHPRconDC3OThdRLZe7KWxi7tk33v64HuNNWMRXUJIIg==
            -----END CERTIFICATE-----
            """, noAuthority,
        ],
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJ6l9Ob52sfuiZymt
            M+AQInZX6E4j5p+zPrYv5YLrlr6hRANCAAS/YAcIn9v9kgbau5/eRkEebyqrUBJc
            sbDfWnMKrPaUtD6sHOLlTa5XrsmuI7O2RLpUDTNK8vQDH21Oap/w6o3I
            -----END PRIVATE KEY-----
            """)
    /// `job.example.com`, issued by another client.
    package static let belowClient = ClientIdentity(
        chain: [
            """
            -----BEGIN CERTIFICATE-----
            MIIByjCCAXCgAwIBAgIUT+zz3dzMMs6I3Pup185sNcbptm4wCgYIKoZIzj0EAwIw
            EDEOMAwGA1UEAwwFb3RoZXIwIBcNMDAwMTAxMDAwMDAwWhgPMjEwMDAxMDEwMDAw
            MDBaMCMxITAfBgNVBAMMGGpvYiBiZWxvdyBhbm90aGVyIGNsaWVudDBZMBMGByqG
            SM49AgEGCCqGSM49AwEHA0IABOFveX6/zfKLJTcxKY2M09wm+6AxMmdemmBuc4qA
            h4MiSlYC125fA+f3RxdRt8aRoDOUlGesgHr70VitgsBSN8GjgZIwgY8wDAYDVR0T
            AQH/BAIwADAOBgNVHQ8BAf8EBAMCB4AwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYD
            VR0OBBYEFCPjZFS/GIPdYCiILmvtHwlbWnO+MB8GA1UdIwQYMBaAFH7asHR4WwqD
            VUl7lfgvq0nTjS2cMBoGA1UdEQQTMBGCD2pvYi5leGFtcGxlLmNvbTAKBggqhkjO
            PQQDAgNIADBFAiEA4s+x92omUph2klOxqsXXpypgF7X12Wdr3juZBCHLbiMCIEVJ
            In6OrQkdTeX2U+BwGzWovLvfAgNXUsNa+24GBZUI
            -----END CERTIFICATE-----
            """, other.chain[0], between,
        ],
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgIcDPLuPq6dcUiZyE
            AcVaZqp/Igtnm+XwlfT4TdPKg4ehRANCAAThb3l+v83yiyU3MSmNjNPcJvugMTJn
            XppgbnOKgIeDIkpWAtduXwPn90cXUbfGkaAzlJRnrIB6+9FYrYLAUjfB
            -----END PRIVATE KEY-----
            """)
    /// `job.example.com`, until 2001.
    package static let expired = ClientIdentity(
        chain: [
            """
            -----BEGIN CERTIFICATE-----
            MIIBwTCCAWagAwIBAgIUUq/259MACvc02lzkCYqxLmT82mEwCgYIKoZIzj0EAwIw
            EjEQMA4GA1UEAwwHQmV0d2VlbjAeFw0wMDAxMDEwMDAwMDBaFw0wMTAxMDEwMDAw
            MDBaMBkxFzAVBgNVBAMMDmpvYiB1bnRpbCAyMDAxMFkwEwYHKoZIzj0CAQYIKoZI
            zj0DAQcDQgAEgJq6u2dgAhRcmqN85hP5QdZu4CGSKifD0K9YzBwrvUrxk6EWmcHH
            ildMrWg+916Z+Ote0fBkRoOVGNiW2MC5b6OBkjCBjzAMBgNVHRMBAf8EAjAAMA4G
            A1UdDwEB/wQEAwIHgDATBgNVHSUEDDAKBggrBgEFBQcDAjAdBgNVHQ4EFgQU36TM
            0N7PhfNsM6f0yGwKSGUl8QAwHwYDVR0jBBgwFoAUFil9h9N5ZXgsBB0fejpEdmBm
            EY4wGgYDVR0RBBMwEYIPam9iLmV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0kAMEYC
            IQDac9SzS4q76PB9Se6EGRu+xDRl3SgFXKx+Admvwt3o/QIhAOzL0FLApcIZ0DXO
            chyC7fG02n3LGa8qTfBqE9WqExIA
            -----END CERTIFICATE-----
            """, between,
        ],
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgUUo5yA5rUJYwPMyB
            JZWsiX9H+fzsS9hmBrvqPXSHrFqhRANCAASAmrq7Z2ACFFyao3zmE/lB1m7gIZIq
            J8PQr1jMHCu9SvGToRaZwceKV0ytaD73Xpn4617R8GRGg5UY2JbYwLlv
            -----END PRIVATE KEY-----
            """)
    /// `job.example.com`, from 2099 on.
    package static let future = ClientIdentity(
        chain: [
            """
            -----BEGIN CERTIFICATE-----
            MIIBxTCCAWygAwIBAgIUYK/J5JGsCSQYNXPi6TxUnlugt3UwCgYIKoZIzj0EAwIw
            EjEQMA4GA1UEAwwHQmV0d2VlbjAiGA8yMDk5MDEwMTAwMDAwMFoYDzIxMDAwMTAx
            MDAwMDAwWjAbMRkwFwYDVQQDDBBqb2IgZnJvbSAyMDk5IG9uMFkwEwYHKoZIzj0C
            AQYIKoZIzj0DAQcDQgAENqiVv7aQyKLYPHkmJ7xI7MveFZ6Y6gp06I6cJTAiBfFK
            hVhDYeCXVgwBiZh/7W/t+v4r1YuKJ3jJxusrUUg2/KOBkjCBjzAMBgNVHRMBAf8E
            AjAAMA4GA1UdDwEB/wQEAwIHgDATBgNVHSUEDDAKBggrBgEFBQcDAjAdBgNVHQ4E
            FgQU6KTwltcN4So8eZ1s3igkAjGC2Q8wHwYDVR0jBBgwFoAUFil9h9N5ZXgsBB0f
            ejpEdmBmEY4wGgYDVR0RBBMwEYIPam9iLmV4YW1wbGUuY29tMAoGCCqGSM49BAMC
            A0cAMEQCIDfvzALjrTebYDCMzto+u8KdOwb8WOdIv4OAlHiwaSKjAiAmhljP213r
            AZnw2VGfma+fOccJfFEXh6UaTg8M9jR9Zw==
            -----END CERTIFICATE-----
            """, between,
        ],
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgU+RIE0wW0AzQJULV
            b8FqZX1+5qxmv0XczXLCaLKlKTOhRANCAAQ2qJW/tpDIotg8eSYnvEjsy94Vnpjq
            CnTojpwlMCIF8UqFWENh4JdWDAGJmH/tb+36/ivVi4oneMnG6ytRSDb8
            -----END PRIVATE KEY-----
            """)
    /// `job.example.com`, for servers.
    package static let server = ClientIdentity(
        chain: [
            """
            -----BEGIN CERTIFICATE-----
            MIIBwzCCAWmgAwIBAgIUOVMLojV+KGmJHw4DxYVr59P/xLgwCgYIKoZIzj0EAwIw
            EjEQMA4GA1UEAwwHQmV0d2VlbjAgFw0wMDAxMDEwMDAwMDBaGA8yMTAwMDEwMTAw
            MDAwMFowGjEYMBYGA1UEAwwPam9iIGFzIGEgc2VydmVyMFkwEwYHKoZIzj0CAQYI
            KoZIzj0DAQcDQgAEW3gX3Wb5X40wOH8XiO3w7LQ/jFmbtGMMRVkP08nRWIlQGyUy
            WQaCNNgKLb7UKLBLWbUz/gQpUuXzTmg8HINshqOBkjCBjzAMBgNVHRMBAf8EAjAA
            MA4GA1UdDwEB/wQEAwIHgDATBgNVHSUEDDAKBggrBgEFBQcDATAdBgNVHQ4EFgQU
            0q2EoICpz9yUCo9lUBDETuBhEjUwHwYDVR0jBBgwFoAUFil9h9N5ZXgsBB0fejpE
            dmBmEY4wGgYDVR0RBBMwEYIPam9iLmV4YW1wbGUuY29tMAoGCCqGSM49BAMCA0gA
            MEUCIAlu8iKwR8wL7iNZlXc3dT0YktIiOE2UY8kWQKJXUbaJAiEA9PNrvET/YpPC
            sXcppH+02sGlQusa1DBRdvvBblczwTU=
            -----END CERTIFICATE-----
            """, between,
        ],
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgrmqmxOjyfSLmJzui
            nXjWpndw8ceF5khfoU6wIsv0mIihRANCAARbeBfdZvlfjTA4fxeI7fDstD+MWZu0
            YwxFWQ/TydFYiVAbJTJZBoI02AotvtQosEtZtTP+BClS5fNOaDwcg2yG
            -----END PRIVATE KEY-----
            """)
    /// `job.example.com`, of nobody but itself.
    package static let ownIssuer = ClientIdentity(
        chain: [
            """
            -----BEGIN CERTIFICATE-----
            MIIBpzCCAUygAwIBAgIUZpOKvs2quH8C585fRf3CwS3NLZ8wCgYIKoZIzj0EAwIw
            GTEXMBUGA1UEAwwOam9iIG9mIGl0cyBvd24wIBcNMDAwMTAxMDAwMDAwWhgPMjEw
            MDAxMDEwMDAwMDBaMBkxFzAVBgNVBAMMDmpvYiBvZiBpdHMgb3duMFkwEwYHKoZI
            zj0CAQYIKoZIzj0DAQcDQgAEufriolmCvrXjSXJTzp3OvU9s2v/4P0avtYRgtYTo
            K96BR5EuzCYGqMgd/kKOY02dZ2FvQtZ00fCNVDQa6OzH+aNwMG4wDAYDVR0TAQH/
            BAIwADAOBgNVHQ8BAf8EBAMCB4AwEwYDVR0lBAwwCgYIKwYBBQUHAwIwHQYDVR0O
            BBYEFANvRT4snVrH+1wtEi3iNFjY2xDoMBoGA1UdEQQTMBGCD2pvYi5leGFtcGxl
            LmNvbTAKBggqhkjOPQQDAgNJADBGAiEA5s2D5jfv3BIdD+eCZyG/TgG6RZZDQ0FL
            bC/dZq9bfY0CIQD0WlNEb0T5sJKD5ElxbGviSBNEo1AluZM+MEEbdiysrw==
            -----END CERTIFICATE-----
            """
        ],
        key: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQg+dmWjzoXIN5JHa2B
            AcAPuYDtVAAiSTTJ3kSLOSUob8OhRANCAAS5+uKiWYK+teNJclPOnc69T2za//g/
            Rq+1hGC1hOgr3oFHkS7MJgaoyB3+Qo5jTZ1nYW9C1nTR8I1UNBro7Mf5
            -----END PRIVATE KEY-----
            """)
}
