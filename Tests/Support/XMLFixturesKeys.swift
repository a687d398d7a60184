import WireFormats
package import XMLSecurity

/// Keys for tests, made for nothing else. The certificates last a century, so that no test depends on today's date.
package struct TestKey: Sendable {
    package let privateKeyPEM: String
    package let certificateBase64: String

    package var certificateDER: [UInt8] { get throws { try Base64.decodeFolded(certificateBase64) } }
    package var trusted: TrustedKey { get throws { try TrustedKey(certificateDER: certificateDER) } }
    package var signer: XMLSigner { get throws { try XMLSigner(privateKeyPEM: privateKeyPEM, certificateDER: certificateDER) } }

    /// RSA 2048: the identity provider that tests trust.
    package static let identityProvider = TestKey(
        privateKeyPEM: """
            -----BEGIN PRIVATE KEY-----
            MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQCxYYywkmS+Ao5g
            f/gevXjWdpgmtwtAs19wnRDz9uJSAmPaSoQCiXhEyH7J+9IIur2Jqr6KRFic6oa7
            tBVcP61Zzg4mIEc82Bb3mcDBWauJH4yIJBEIE1ewY5HvjBD469QHjlAQ0mGbyoNC
            3Um9ZC+FFUKr+OwA4tCIeL05L0RulVkAEnlNy+DaXKgQj1e1G09r8Mmbj8rnIgnw
            ynqhcEXZRRfP30UNJe+JgzpqjIGFGzXcSLuwMJoO0GtCeTmtuboMqD+aBN/dio4O
            BKBB5/nZSN0gYLzlQR3xUz4JZx1aKoThFFwjBV9eVOrYBMrjClkWO1Xx0SY3/Af5
            bH3ua/gtAgMBAAECggEADEhO76MTarzOkwwJaEeCaIdJvdSK6O4Cu8+EbwA3Z6pW
            s7TZMzvFoi2n6eCQCJ61pSS3kOduo17x+Wlc2UhnfoJwJF+zzxi/bmGtITZOVG5k
            0sB8lWyRc9tRLZ8rRbE+u081aBTJQXpiYGzmQEEBsVtphHL2FJGgEvMZVy5YtLdx
            MINJGs1Asp6S2DL0G4eHd6YJIFxElbqHsKvYm0iDzK+gFL+bUVaMkfvaS9GmJMjG
            LjirGzp9zGzOgDL/2yBhYeLEd5YtcUHj1K5lMJKSBTdwavVR8ZnspdXlVpMI/Upp
            vt5K8Av0eFiIM8S7Uw6nujM4jYPzcR5i9s22GZhm2QKBgQDYRE9qniZ8P9Y8G78k
            rcGQXkoOxMXDAWjWo1B1fo2S3lN22dXC9TyMHGVsfxWmqtlhq3woFkX0443n2eeG
            KSbNe9px56GoY/JzLlsGGhuP6mhqjrp6AGZLGyDu7nKFkM9czQ+tEat+1kdpxYWv
            2nbTjNhGaMAhjSYHetIzsGPq/wKBgQDR+FJ6xH+f9PBlB8d+mCAmOMdK5O0tzogK
            niw2JsVql3bx1eZNk5NO3K0wbz87+HFGFnaHbAT9AgtnCFuKx+rJPIPiGSKCiRa/
            AHtZ50auxLXu4TS1XAFlTBFpJC+gASAXMeouULVZWaAIcgGyAVtKXjv7EpJf4ed8
            Mkt8tta40wKBgQCctOLW3sIERj12UKSwbzdS5P/Es9CY/Ox6mtwyRwFO6sqP1EiQ
            fCLjY7AabfvCSQo7O4c7hOgsCrdIyRx6mlcDjjs7ThxVaBbGX1CVm1Vdcv02OTXm
            MWPuCDpU53MUVVnsZKp3PdaGkb4tZnL4edSgde5BFqYhqaVkxhqKWcYNAQKBgQDQ
            hz1q3cIeW0VwISS4jl7HdvY+ZFNFfetQGDyyXxkLPngLv7Jk8x6GYNXD14hGh/v/
            bomy/s2JdMFcR0ma7+c2ilo0b1/9oiar9M+MvwtMwOIq5xDQ2Rotvzk/YYfG8bcs
            Mg9whglFPqSYHpmeboh6uFH7jTs/7HxYtR6RMojXrwKBgBRYkRtXl13/vtfcj2W6
            FzCQqM+SNWemCvzBM495UMR76x6NSvM8miCki8HM31xaBkLJwsyo9bIpiobyROrE
            tlrDNCBl9oEjtv65h9qWl37BzWdnbCTF4G2Xzd/KShVmow2IVV2490yYDCC+sJMg
            YgDC6eT7XDq1PkZ+feMtthsD
            -----END PRIVATE KEY-----
            """,
        certificateBase64: """
            MIIDJTCCAg2gAwIBAgIUaIIvcqe631J6aio8ko5ZTr5xUdIwDQYJKoZIhvcNAQELBQAwITEfMB0GA1UEAwwWVGVzdCBpZGVudGl0eSBwcm92aWRlcjAgFw0y
            NjExMjQwNTQ2MDhaGA8yMTI2MTAzMTA1NDYwOFowITEfMB0GA1UEAwwWVGVzdCBpZGVudGl0eSBwcm92aWRlcjCCASIwDQYJKoZIhvcNAQEBBQADggEPADCC
            AQoCggEBALFhjLCSZL4CjmB/+B69eNZ2mCa3C0CzX3CdEPP24lICY9pKhAKJeETIfsn70gi6vYmqvopEWJzqhru0FVw/rVnODiYgRzzYFveZwMFZq4kfjIgk
            EQgTV7Bjke+MEPjr1AeOUBDSYZvKg0LdSb1kL4UVQqv47ADi0Ih4vTkvRG6VWQASeU3L4NpcqBCPV7UbT2vwyZuPyuciCfDKeqFwRdlFF8/fRQ0l74mDOmqM
            gYUbNdxIu7Awmg7Qa0J5Oa25ugyoP5oE392Kjg4EoEHn+dlI3SBgvOVBHfFTPglnHVoqhOEUXCMFX15U6tgEyuMKWRY7VfHRJjf8B/lsfe5r+C0CAwEAAaNT
            MFEwHQYDVR0OBBYEFPRWL8CMnXzNEfilhBPIh3JKP2lSMB8GA1UdIwQYMBaAFPRWL8CMnXzNEfilhBPIh3JKP2lSMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZI
            hvcNAQELBQADggEBABvPvsQjKD33XvoTs92NWPb8C0s8vc9DLsG72K5DeSVKyAc8Q+zHleKPp/pKhf6nNZqCTPDojJdvmQfqe5nR19UP7mUp5I+xazUU5lX0
            AR37vx34rXafJxdHFEtgACth3wvMCMTKlYNmqVBSEOV68blFtlAEV9TwAwEmXn5epMwUEAlqSXBT28vJ1BaJ0U5NgM17aPpwPasBe+aRBcDxGZMlc+wCIwYh
            bA8M1wZMcUmZBvr1781FZUDlLOf7kABpUiDFRn8SV9QxaMQ19JCnTwT0+8N0F4pY2givYoqDvamtI64ftyeQiEYY7fx23esLoexmGKtaBVuheST5UksY2Hc=
            """)

    /// RSA 2048: nobody whom tests trust.
    package static let somebodyElse = TestKey(
        privateKeyPEM: """
            -----BEGIN PRIVATE KEY-----
            MIIEvgIBADANBgkqhkiG9w0BAQEFAASCBKgwggSkAgEAAoIBAQDdjiDzdcYja137
            izv5K4MhKo3rwd7mJ7OD5XEHGqpb5kPgJrjy0vKYh4GWdum8ruHtKSsGihMiYaiU
            rBA5U4oopkNG1Otxuu0lhSIW3KdyfopUfe12NfiBZe+cP0gS6u6+I/kSZevSvUnT
            EcI2eYdtM82GChfjmQIyrsU2KH7TImqZdyEaoNwar4tbcPVVgAdvqMFyW6hQTWF+
            J+mfk0BUE+AURczSVsZVRWpWGxE0Yt4zAccXZiIbOmFcKLMGdREszf1gzAIKBHj1
            Yp0bTCbJA0LY0ZwKq+2JzEncRS4D/uQNCA4hkvbfAUX71P5YTiPu8IeS7fwJP8FH
            Ra52P2+ZAgMBAAECggEAE0m/2aIrtUKwJGmLN5aPrHABegBfUOcs7DMp42XxZd3G
            k/mbCVzPDPNjFz/T+n65IYX/fmq/3rLk08ilAvCgawiKe9ymgLi205jjDl14YHHe
            xhtOdIefUliXAyHJOwhj736/PNhNrwOWrT7zCv4KibnET0KKsOBNvi7T8XKWE/hW
            EJEIdvo6/Uhwlz6KFpqN/yEY7oxWsA/b3u5FY7Q/9Mt6crpPC44dTcw1dKJk0WAY
            s+O4emHYqzdsCI1JYfSqJr+xDb+XrJW9DdM9T73zek0xbWHcbFGWoA6JoEyHe12t
            uQ2+EYtaay3xnHsuRo1pFvs9pMlYqtNTPYCeAw2CGQKBgQD437/kBrAD61pdo/c1
            liJ/W4pXLQIjlVwRhA/3xO8Lv1qa/PLGsJYA8SI03a4xBb0t5nOQogxz0vUL9wWr
            7sWOoxJNDFDWR8QZ1DebTySu8qn9KwtnQktPBIMNak6J+2TQ0aiO+cOP7XEVFlfM
            AKhDv1cNc7O3+S4YMS1cM/ae1QKBgQDj5iG2Fs28aQ9Sv28Zotg+ZTzbId5dbfIC
            yg4PJ5XijvYC96hf/PQKSptEVD7GZJVl0TESFmSapjjwQvRpaXrIt40rI5y8hUdG
            cuI5MGbyp6HnoUmompxMKDhyaE9ET3FaP8WRcv3dmSH1ESfpX/w4PwUFuwkdLRO+
            c6F8NCwXtQKBgQCj+mEn8FQXMQIogrmGgDaYrYr4J3qqUWYJUHdo7EQI/HrJdfLM
            gVtEoZzFMm7sc/iS/q2UVYFY6110Fb2R7FAUzFNpmrzEgyKtVguRdFMaRl9EpRDt
            Z1vRY4qp0yqOdaqWgB3MnrqA4ZTJrSAKFUDI6pCEF4EJrc/2NqjJgJ91RQKBgHAz
            u2E09PHQH9UznvVWMXT2zvFsSVhiawZoiGd5q9exXvmzCNjJZzUx6iPH/mga2VsZ
            lTk8gSeKsvnHXSIQ5nyvsfcNP3upep/6q9pQND8/vPyXcfZquIzeOHxLUstk+X/f
            advka4yQeiF34tiJg1oF3OknXqNYsCHSOC04WoUJAoGBAK9uZ35nbbsLGf8RZqJY
            admjaol8AWd4Vsdh3JbRuPrAic2yf6yDS8YhBRO5Mo7vA2pG7P4RxJGboJYDrmr0
            OHiI8WgLX6cJem9vrNcait0Nb7gqDGKQ6jRW3ysakJLkBcrHOD55K5DBSRLfI3o9
            GvhrJt0dMH8QNZHsfSfj5d0a
            -----END PRIVATE KEY-----
            """,
        certificateBase64: """
            MIIDEzCCAfugAwIBAgIUQ2wbLVhZUuECKzgg45S6dNta7IAwDQYJKoZIhvcNAQELBQAwGDEWMBQGA1UEAwwNU29tZWJvZHkgZWxzZTAgFw0yNjExMjQwNTQ2
            MDhaGA8yMTI2MTAzMTA1NDYwOFowGDEWMBQGA1UEAwwNU29tZWJvZHkgZWxzZTCCASIwDQYJKoZIhvcNAQEBBQADggEPADCCAQoCggEBAN2OIPN1xiNrXfuL
            O/krgyEqjevB3uYns4PlcQcaqlvmQ+AmuPLS8piHgZZ26byu4e0pKwaKEyJhqJSsEDlTiiimQ0bU63G67SWFIhbcp3J+ilR97XY1+IFl75w/SBLq7r4j+RJl
            69K9SdMRwjZ5h20zzYYKF+OZAjKuxTYoftMiapl3IRqg3Bqvi1tw9VWAB2+owXJbqFBNYX4n6Z+TQFQT4BRFzNJWxlVFalYbETRi3jMBxxdmIhs6YVwoswZ1
            ESzN/WDMAgoEePVinRtMJskDQtjRnAqr7YnMSdxFLgP+5A0IDiGS9t8BRfvU/lhOI+7wh5Lt/Ak/wUdFrnY/b5kCAwEAAaNTMFEwHQYDVR0OBBYEFInGZu4f
            SavYXUu6wyk1MKAoTNefMB8GA1UdIwQYMBaAFInGZu4fSavYXUu6wyk1MKAoTNefMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZIhvcNAQELBQADggEBAJHnZSPh
            vzB52Kzyobq/SPOVEZjd2r07mOcq/76wpH5hxcqh+qvr1f8NVHK041TkK2pC9K3buISkgqVkBEZlwWWrqHsv8zKvLlw7bMRtlkwOGv5jKIPwcaRe3pYP7ZwT
            vP6iTl800DUYfhzFcnDJy48jXlPulB2nyhFNGXlE8izsJqM1JAIuONto13zJE9YX39S/UF1jifCRvNY82H/S3nHGnt0U7+1/AEDK16Ek5hC7hri9HRz8+ayz
            3yXUZZ0nDmUjlMAjQ3JHE1vx600mOwc/s8a7M0tlIyJJOpuTuEVTOwh/PUkC/iB1mO2Y3TyXC5oSwVIIZiWCQQNBnhgmLwQ=
            """)

    /// P-256.
    package static let ellipticCurve = TestKey(
        privateKeyPEM: """
            -----BEGIN PRIVATE KEY-----
            MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgJnER+BrC+SGdWJy8
            QPuCaTYaZgoevx42z8/y/c4V0/WhRANCAAR1+I6GknXa3qEdwzth3vmRB0lpl5WY
            ElxWU/c8Cg6LDYa/Jf9lNaxpt6EfhuvDRR7MFm5DfwuxqHhw4VaxcscC
            -----END PRIVATE KEY-----
            """,
        certificateBase64: """
            MIIBpjCCAUugAwIBAgIUAqkU1aeneZUI/tZu6Ik0asOdTRwwCgYIKoZIzj0EAwIwJzElMCMGA1UEAwwcVGVzdCBpZGVudGl0eSBwcm92aWRlciBQLTI1NjAg
            Fw0yNjExMjQwNTQ2MDhaGA8yMTI2MTAzMTA1NDYwOFowJzElMCMGA1UEAwwcVGVzdCBpZGVudGl0eSBwcm92aWRlciBQLTI1NjBZMBMGByqGSM49AgEGCCqG
            SM49AwEHA0IABHX4joaSddreoR3DO2He+ZEHSWmXlZgSXFZT9zwKDosNhr8l/2U1rGm3oR+G68NFHswWbkN/C7GoeHDhVrFyxwKjUzBRMB0GA1UdDgQWBBQt
            U3yshDOCmZWoL2wqC2Ftqdlh3TAfBgNVHSMEGDAWgBQtU3yshDOCmZWoL2wqC2Ftqdlh3TAPBgNVHRMBAf8EBTADAQH/MAoGCCqGSM49BAMCA0kAMEYCIQCt
            0rkTAuFIlqs+S/08NCKBlBLoYWJBEhL5S4VP5GpG4AIhAL8yRpsQ/NUVQiMo1knR8F4g9jovHRk9ylQMJvF3DDdq
            """)

    /// RSA 1024: too short by default.
    package static let shortRSA = TestKey(
        privateKeyPEM: """
            -----BEGIN PRIVATE KEY-----
            MIICdwIBADANBgkqhkiG9w0BAQEFAASCAmEwggJdAgEAAoGBAMUn3lwADVClHL4E
            gcgoC2pupvJ5CTXDriUMVhpiCi/7Slx6K+1IYTXbk8p1fp9+YGANmmlLFipPN6Te
            ea8bqvTelE5j49Z+G5tgUJ+8M998mgSVQu7QSvymjWGecFgfVWp2ER/j1gMuVj7i
            FnUcBblMynFuqt5veHlgzxlJf8lTAgMBAAECgYEAj2jDttoW1V10/ccbfDOcsiuQ
            5nkiOOiAqNRDYWeFD4fTfFcl0rC+fUWeSDuVAoETq2rZsdN7aQU8bYGis7wFalY1
            pLV6PPoezP/c4iJLUTx6EBW4EowZE8N8zdZg/KAtiFq8LxKWD0LLAl5hrDYC27CT
            +SIGUENYVNYPIec7phECQQD5+/vaalfakiwmuyuW/F8Ory1BjzUibXTYWcKyTpvq
            x72MipUJ+qybc7MBB69mJvu5KeP16VBVE0Exr/kBsl3ZAkEAyeZv2hon99rJPbVt
            cqbdZJqaUsWtH3ODj14xitjlAblkEfcXQSwW/fmP3JbrFpuAqosZt+PzBUg8YETv
            /X4pCwJARU3Hp+jdjFoD5YT0c7ppvA9ys385Ut8Xirdv07EZZsCTWzg8U3Tsj3hH
            Ax0XUnGyTcZATbeuLrfU1iqcFQ1XGQJAfaDIWnLKCdx2OdKJTrzrp2zXt8dOqPJM
            m0nmE9pP7Nm5ncAdFS1lBRVjYcP6de++iN/S2eyZy+CdyN08Y4Q77wJBAPOIMu0y
            2Ich5X/zdZHIXxdgCBNDkp4KbAglM8H0IBSnGAhHc3UciigrTcZlhL8cm3g/kIRN
            vURfmZapTQ9LtKc=
            -----END PRIVATE KEY-----
            """,
        certificateBase64: """
            MIICBjCCAW+gAwIBAgIUF8XEhdT+swFQAzNPRBeXqKJEz7cwDQYJKoZIhvcNAQELBQAwFDESMBAGA1UEAwwJU2hvcnQga2V5MCAXDTI2MTEyNDA1NDYwOFoY
            DzIxMjYxMDMxMDU0NjA4WjAUMRIwEAYDVQQDDAlTaG9ydCBrZXkwgZ8wDQYJKoZIhvcNAQEBBQADgY0AMIGJAoGBAMUn3lwADVClHL4EgcgoC2pupvJ5CTXD
            riUMVhpiCi/7Slx6K+1IYTXbk8p1fp9+YGANmmlLFipPN6Teea8bqvTelE5j49Z+G5tgUJ+8M998mgSVQu7QSvymjWGecFgfVWp2ER/j1gMuVj7iFnUcBblM
            ynFuqt5veHlgzxlJf8lTAgMBAAGjUzBRMB0GA1UdDgQWBBTv1yVqmosX9XCYWXzRnV40kJtCETAfBgNVHSMEGDAWgBTv1yVqmosX9XCYWXzRnV40kJtCETAP
            BgNVHRMBAf8EBTADAQH/MA0GCSqGSIb3DQEBCwUAA4GBAFL0wsoGGwp7TeyaFE98E8A0V/2pnotqIV3fU5tM7hiYT5u+6sXfqC6RUJPnqsY41IABVES+OhRL
            UxN8sLn9hggbiCtCfr6MZqk0oN1kA1g/JtGzhAfx5Qe65YSAf6DJT6B1muIFjGDvswXP62a0rIcFTIQ48eSK/FiCuNUqvML4
            """)
}

/// Public keys (SubjectPublicKeyInfo, base64) that no policy accepts.
package enum UnusableKey {
    /// RSA 2048 with e = 3.
    package static let smallExponent = """
        MIIBIDANBgkqhkiG9w0BAQEFAAOCAQ0AMIIBCAKCAQEApZWMtyrbTOdxdbJB564nze3Ou+UIQ9otFEudUof1TrieNYRdrc49lntS71JlsuFuI8EcR8sIdOfl
        +Kr0LnJtakqBPpi8yr4/LbbkjsGiWkZJwpEgRj0m3lIbyCltQNQhIL8qFv40/FkKhBndd2yRzHV32X7mZUpNXo/A5yD9Mg6uyTHfVV2aYCARI95HNcPdEl2a
        Kyd3Tf4fuwJ+U+eOPiveBXlP4+3EQ8VWdk4t0Z3UeneDRJVK/E1PS7/Oqw6IjBrJGNCAFN1DbmTMnVyZ5ZT5JUoVUlhKz0mOth4KZg47tPKc6Pwh5/zzvLyT
        4wezHSeoiRFPxrh5WyBvVVTFEQIBAw==
        """

    /// secp256k1.
    package static let otherCurve = """
        MFYwEAYHKoZIzj0CAQYFK4EEAAoDQgAEOZH4PURWgKFBl0vLZXP7zR4U0EC6IGl59mM5Ag3S3Sk6O7UAJLb2AVlQtNcvwY1SZucj3QKoJRIOTxlmg0Tp6Q==
        """

    /// Ed25519.
    package static let edwards = """
        MCowBQYDK2VwAyEAZ/y+2qvJwN5ZI2RbTDGrdusacwSiw/ZA+ocbkgCGSes=
        """
}
