import SAML
import WireFormats
package import XMLSecurity

extension FakeIdentityProvider {
    /// Throw-away keys, made with `openssl req -x509` for these tests and good for nothing else.
    package enum Key: String, Sendable, CaseIterable {
        /// RSA 2048.
        case first
        /// Another RSA 2048: the next one of a key change, or an attacker's.
        case second
        /// P-256.
        case curve

        package var privateKeyPEM: String {
            switch self {
            case .first: firstKey
            case .second: secondKey
            case .curve: curveKey
            }
        }

        package var certificateBase64: String {
            switch self {
            case .first: firstCertificate
            case .second: secondCertificate
            case .curve: curveCertificate
            }
        }

        package var certificateDER: [UInt8] { (try? Base64.decodeFolded(certificateBase64)) ?? [] }

        /// Made once in the process.
        package var signer: XMLSigner {
            switch self {
            case .first: Self.firstSigner
            case .second: Self.secondSigner
            case .curve: Self.curveSigner
            }
        }

        private static let firstSigner = makeSigner(.first)
        private static let secondSigner = makeSigner(.second)
        private static let curveSigner = makeSigner(.curve)

        private static func makeSigner(_ key: Key) -> XMLSigner {
            do {
                return try XMLSigner(privateKeyPEM: key.privateKeyPEM, certificateDER: key.certificateDER)
            } catch {
                fatalError("the tests' own key \(key) does not work: \(error.message)")
            }
        }
    }
}

private let firstKey = """
    -----BEGIN PRIVATE KEY-----
    MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQDL0uLeVsiYBkeD
    LjnMFe1oLUjtJDYLGu71aGuJRs9g/Og/8s1Qwr9B1NiAEo1Bt6IwW5BunE/Nu7q2
    SS9dz8Avqmr3wiPwC5eXtfsmx7OoU5vTVfwOn0XSO1TE5uBJKPvjYsQJsnqIueiN
    mxA38fl0W8nGA0EJJyJe3ndPZVIvx9cRUFfqo7dtofWA2HrYmWEB7eT/QOyOy0fz
    vPFd+sgWhn9oZ5Z+XDCEOwrtwDGd9TzjKJE4K05FnIhK88e+nmmYaGWVODtcdjNL
    vl++6XM2m4lnjkJIvwp0A6fxWLefIwsCnO3/oX0UgIpIjtuIs6AMaJnQw7XV2ttP
    faVAqc/nAgMBAAECggEAM4EMG/PhB21ax764EyadUZxT17y1PVQmevPSbKNshs0R
    oQspL5Wuf6OZu680a51MCh0xH4o3Lj0YXrSamAGFxmWxVv8DVsaPHWJ6Xt/Kuae6
    8gnBwi4kFg4xCvpuRX5qPBi6gdrMVN1pctLyo7hs+Sayk2tCFV6CtGdRzcnEHVdV
    qxP+IuzkfvsJcBhTSPLsasLsWF0/HMz0NMOFX7CC7aVc0VZIibuN6D1CJw2ctXcF
    F2a3OejZpPuNKFrPyogBznQVEmlQJSuuf9OF5oYvtjGZD/32R4bbWWZA2gPrO29n
    xPNKnU5q7CqC06zSvN1pRyMla0vwzuFITc37nw4fuQKBgQD8zeRkS9KrwNhmdwpU
    y5UwDxfWBTYOEoGtFLsUiExsOmMuIuyvZtpkOZkSM0UsmOfVGld7AoXDj1Wmu6fy
    L9jlijs7SYygkqg15An9Dszf/BHHe/2w4Gbx72IsgsuWE5auaFzAOzwOdV99nvMb
    9zcGLeqF2VMdAMKK4nIQkl+nbwKBgQDOZnya1f7B7K82BsGBZf/1KPtfpG6Zijzd
    +RULYnaRQEQFOmURzaca2NEw8DfDc5G0swP7Vz6UchocdzhasjqJ+gE9VTHMetR6
    08g9B8Z3wMpG9kzdCdA/p6xuO9/OjQPEfFZuJHhZiPJ9GMqG6PyyCaVfX7WaHEmd
    uYWGrMNjCQKBgAHk3QAvXT2yLSzfWXF3MP/yLQCKe3QxiU0tqZUmzEPHUDTpSBKs
    V5iGofHz9mG2J45+Kwed5jin20FriH+VAi/+ECGKlIYjcyUsNzLxKHHJJqzy7dyk
    YcEQRREGTdYrAWb/GyrJhtKo6HU9ep7MBFqEf4xPK4M9HTgDKE2dex/7AoGBAI/e
    nGiJVeTzCEaOev+pi7rl8CKAyZ843qiTYPnojmE8/KzwQVchlKOAEoEcUKJqwlvE
    lLfz3mk3B8Bj0eJWbbuTip2n7uhrjgR37xGrg8ohll3UfUtt9b0JMYY9MgoV/VRO
    nyhzP3iZnv1X9IQJj2rCkoVif4GGykGo+cwgTKmRAoGAewrlm/W9Bv0rOoa4Jgr4
    onLLdPvdqb3T9HjbWja8gC8TBOcnYSU2mOSVvvve9YDUV2CV+0nFUn6tNtMSjdWO
    fWu3UIDePo3dAB/E/2bszCAPVFrApIPc30kiPC3iaPblK8ikDcI5OOytQ1K6h9pr
    l8x4Tq/34caiBveVO1PS+zs=
    -----END PRIVATE KEY-----
    """

private let firstCertificate = """
    MIIDSTCCAjGgAwIBAgIUYfXCmLT6DTl9j2ZzZ9YCdnae1OwwDQYJKoZIhvcNAQELBQAwMzExMC8GA1UEAwwoQ291bnRlcnNp\
    Z24gdGVzdCBpZGVudGl0eSBwcm92aWRlciBmaXJzdDAgFw0yNjExMjQwNTQ4NDJaGA8yMTI2MTAzMTA1NDg0MlowMzExMC8G\
    A1UEAwwoQ291bnRlcnNpZ24gdGVzdCBpZGVudGl0eSBwcm92aWRlciBmaXJzdDCCASIwDQYJKoZIhvcNAQEBBQADggEPADCC\
    AQoCggEBAMvS4t5WyJgGR4MuOcwV7WgtSO0kNgsa7vVoa4lGz2D86D/yzVDCv0HU2IASjUG3ojBbkG6cT827urZJL13PwC+q\
    avfCI/ALl5e1+ybHs6hTm9NV/A6fRdI7VMTm4Eko++NixAmyeoi56I2bEDfx+XRbycYDQQknIl7ed09lUi/H1xFQV+qjt22h\
    9YDYetiZYQHt5P9A7I7LR/O88V36yBaGf2hnln5cMIQ7Cu3AMZ31POMokTgrTkWciErzx76eaZhoZZU4O1x2M0u+X77pczab\
    iWeOQki/CnQDp/FYt58jCwKc7f+hfRSAikiO24izoAxomdDDtdXa2099pUCpz+cCAwEAAaNTMFEwHQYDVR0OBBYEFNdubXpR\
    CA70VZYQvrrk5IOwNoDSMB8GA1UdIwQYMBaAFNdubXpRCA70VZYQvrrk5IOwNoDSMA8GA1UdEwEB/wQFMAMBAf8wDQYJKoZI\
    hvcNAQELBQADggEBAJ8nrAByZU/nI9QGG/x1fAPCDZ0/CM6U4WvLSms89gQ9ZpUrfqSMYsbcSpRIX60oe0zukXycPsjn3BWQ\
    0k8lLC3aZktTqA9lLHZ+lEFFc2zL/ZHXm4imWGCrIntfpRRJR3O2hZNioiKidzs1UwWrWL/tKyhYA/UVuknPdepVeE4NyPEP\
    7DzRVboNQeeAXQSlieDz2XMTr7g7Bn/ryUYqQhPGey8qpAIzIGuGSUqJaoPsNXCVc+Rcom4kXP3e9jHXxXNtOJheN+ibANhN\
    FU7bxxjjQLPsv152n5V3D5PQljnc9K00r8zd3p4JN0GBovS8DgQHoyWMcTngMOAKZiAuszQ=
    """

private let secondKey = """
    -----BEGIN PRIVATE KEY-----
    MIIEvAIBADANBgkqhkiG9w0BAQEFAASCBKYwggSiAgEAAoIBAQCEpcuLgYQzl3lj
    HTt8eNET3TJU59+phSzFyRad921/O5jOqRZ3gt5UmGFdAecCazhQ0GmlMwEWFsvq
    6lC5puxmmR0B8Vu5ZyJn/ZkDpYuOhXOx5G7Gi0jEWH0++kLAPDMxuqtYUzXbpjcG
    kHi5UqscAdwoFNtP/aBSnfwjvz6Ghtl6Ok+xzOJP4GUIdl231OoO5LEB8mFR48ZC
    irTdDT+Nvpnr1Sax+C2PRCcpYgVGDGGk6HZNpQtICErrEa1Eq23iiHKkdbaDHbxQ
    FvAdwcZEWptoqe+Dz3pOp9rPM8vepjKJVaNGDAdAxa5GXWxLOSPLoAWIzaRuzU/w
    ofpV41KpAgMBAAECggEADxM5G2MWK1daDzC3rZ0c9NcZFONvzLgjBxzkBkKkFfdH
    1efLUvyDaEWTniJ81q5pDW0sLn9KDrC7Tti/oSPGfuAElw+PMzZUh5E/ijWukz1Z
    MVTS3ptegxsD6+v8+VQ2JL8QYVa+mpaMryEs6THrGqEe/EqnhJMgXPdRvB3MXTUt
    ABLCYKWkrmAAlB1iwN+JkP33oMXi0bHBU3ybZr+D+knYG8LfIHG0+QQt+9B2aKND
    qzqzyhp1bYjpZMRPqfIrcO0EP9DLDxAtx7iOIDOpFgPXsNgBBwDsecZdHNeWXlrm
    FN8MAl3VHWsxIcgbA0CYDEXNkOrnEkV9G8fovocBIQKBgQC4+0vSMJ2fwZdAyAMf
    ztmuxB2HVnNzLdEZ32M+rlK+L6n+f3T7GUVgcvAEbLond6l6sg3YmsPf0gd2zFOG
    4H465EJk9rLaOXbhlKuus9wpcLr2vtND4sb5Rw9vIUl8UCgRsswXvTX2GSL+wRBk
    l9Biig9aLEJQbLVj9HjL4LF6iQKBgQC3kunrq+GgPfrhWmFLy7Ihdyz3Ow8ZznyG
    5+xcMt1Qwrq53SgKuhUv3BIteDHYgEJeNB283foF9UJP7nHDPTfnxe/GqlF80Gmd
    Z5kPa7M9kd6yzhWxt3zgZw28u23av58JVPMcfkBFG02L+BMtgVpIcBQeVFW+eaR9
    n4WKOxCPIQKBgBfGPHV0SB3rPKxXyIcDB9k9XWoygz4Pamt/2XqJ3xqQd7G84eUP
    12nQ++Ylrzs5Vu/tCHiJU5llng33rtiL681X3uypBE2lyxCtEe+vMCGnWnAyEGcO
    M3KAXoxy48X1a2Dy8OYwLEpH6saBO8Eh/edcRSLaw18gyaNiHVBevZC5AoGACgwl
    d3ux3rZlu93Zg2+DsWc3c9Ssr+noUO3ytt0l1dzCoZekMGoc7MCr0gdJGyNx/nv1
    wLeZjqfs2DkhyuDX5Xyk8geybBVwImhgLULkzZLlUH4NG+wCDro1O0Y67gUc7ELV
    B5M1a1LiPK34Rr5UtbBEuaA+DS3VPfb0NSukbWECgYByD2e4ANHSvLgLznA4GZc2
    M+vqgfKQ4U12fL9F5PDd8vhmUIzZyRkgrLyXJhqrEsvfq8xTedXST4YpXFpZ43YE
    k287TSpLgGe2B23NVkT8BpiOUz0/memFLKlRT6bplEP6cnGxDWz6Qjlf35LM41aP
    8TlP58i2uYcLbLaGoQzmyA==
    -----END PRIVATE KEY-----
    """

private let secondCertificate = """
    MIIDSzCCAjOgAwIBAgIUFj1tU9pOhlWccAipeRRYQObWm4YwDQYJKoZIhvcNAQELBQAwNDEyMDAGA1UEAwwpQ291bnRlcnNp\
    Z24gdGVzdCBpZGVudGl0eSBwcm92aWRlciBzZWNvbmQwIBcNMjYxMTI0MDU0ODQyWhgPMjEyNjEwMzEwNTQ4NDJaMDQxMjAw\
    BgNVBAMMKUNvdW50ZXJzaWduIHRlc3QgaWRlbnRpdHkgcHJvdmlkZXIgc2Vjb25kMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A\
    MIIBCgKCAQEAhKXLi4GEM5d5Yx07fHjRE90yVOffqYUsxckWnfdtfzuYzqkWd4LeVJhhXQHnAms4UNBppTMBFhbL6upQuabs\
    ZpkdAfFbuWciZ/2ZA6WLjoVzseRuxotIxFh9PvpCwDwzMbqrWFM126Y3BpB4uVKrHAHcKBTbT/2gUp38I78+hobZejpPsczi\
    T+BlCHZdt9TqDuSxAfJhUePGQoq03Q0/jb6Z69Umsfgtj0QnKWIFRgxhpOh2TaULSAhK6xGtRKtt4ohypHW2gx28UBbwHcHG\
    RFqbaKnvg896TqfazzPL3qYyiVWjRgwHQMWuRl1sSzkjy6AFiM2kbs1P8KH6VeNSqQIDAQABo1MwUTAdBgNVHQ4EFgQUi4OO\
    bUlWyM9IRV4VGehn954RYFgwHwYDVR0jBBgwFoAUi4OObUlWyM9IRV4VGehn954RYFgwDwYDVR0TAQH/BAUwAwEB/zANBgkq\
    hkiG9w0BAQsFAAOCAQEAR0uhpOZ3Cex2mU93fRM78QBrmw/AqvUpRUHTo2D00zw2DrjBzb1IGhX26w/um1RvRCcgPDzzijQl\
    jW2sAvAa6XisUO+UtRtajhfk0V3Zs4Bf13Fl+83QGvbgfzZOID7c8ICNqmAtU+W9oVk1zat+l1+uQDeIzhlJfP7GDceT0Acu\
    DlT1zatoWFnrVkkCnR+Pm3XMWCDFDSNjACEfttd+IF8uvm9PT3oOz7fQ8AJqESThYHH4HqIdjtRY1rk2/O1zFOuP0dVppuOF\
    chM61WLXDgSwCul64ua/p2Vc+k4wAJ6zuN7vYqoQ8OEQJTx5aMfPg7dUxWk631+EH8ps9R5n2A==
    """

private let curveKey = """
    -----BEGIN PRIVATE KEY-----
    MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgP/haytO6Y4z4POeJ
    WvJxLLj1ka2mq/5H45DcY7iNUTChRANCAAQsKpr7yDp0myH7x1NjR6PqZGGlgdU/
    NctLbqdtueVSBKJc8ydhant1G+UHwYtXPuNbQdv14CdiLS2GiSYI3h+X
    -----END PRIVATE KEY-----
    """

private let curveCertificate = """
    MIIBvjCCAWOgAwIBAgIUa+JM6z5hi1PUuFjmlLte0DukCR0wCgYIKoZIzj0EAwIwMzExMC8GA1UEAwwoQ291bnRlcnNpZ24g\
    dGVzdCBpZGVudGl0eSBwcm92aWRlciBjdXJ2ZTAgFw0yNjExMjQwNTQ4NDJaGA8yMTI2MTAzMTA1NDg0MlowMzExMC8GA1UE\
    AwwoQ291bnRlcnNpZ24gdGVzdCBpZGVudGl0eSBwcm92aWRlciBjdXJ2ZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABCwq\
    mvvIOnSbIfvHU2NHo+pkYaWB1T81y0tup2255VIEolzzJ2Fqe3Ub5QfBi1c+41tB2/XgJ2ItLYaJJgjeH5ejUzBRMB0GA1Ud\
    DgQWBBRSjJ7h14tCLyXraIhnxsinRpLAjTAfBgNVHSMEGDAWgBRSjJ7h14tCLyXraIhnxsinRpLAjTAPBgNVHRMBAf8EBTAD\
    AQH/MAoGCCqGSM49BAMCA0kAMEYCIQDtGE8nPGRvUpyiSVCluOFdiOzIL8s9u1B3nw/sq+6TeAIhAKbJmXS9bz1wPiUbRWAs\
    BBNJ8J+rYcxh694KAJ5mBoil
    """
