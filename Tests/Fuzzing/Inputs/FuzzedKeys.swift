extension FuzzedInput {
    /// Made for this and thrown away: what is encrypted for it is opened. Seeds have something of it.
    static let key = """
        -----BEGIN PRIVATE KEY-----
        MIIEvQIBADANBgkqhkiG9w0BAQEFAASCBKcwggSjAgEAAoIBAQCpfgHX/OQW5GZ1
        yG01NOf+39LcLVDlfg56VNhASfbn13oY0sFRfa9Gh/i7d6JIjxUwMi1wFAgHqm6P
        GeQwAngMwzcvFkpovOPaGIVonNmXkZdqy8o9+oE5BU+Ko5A65ooYc+VdMoy8Oo8m
        dem2PVdP72Dam3MECnr8BVYQU0U4ITfvc8WFyD7i7bSeLjq9umiXTCtYb2Y2nB8e
        +CuQSoLd4kR+lE3r/ItG1UBYDlJKtP5AGPHOT2O7plRyzXtZdRPebyUMBhUizlFJ
        pkNrvDF+uTKdLdHv4iTRG9VN0dR6uM7//hB5MFq7Tbdj0wI044rgpeFS4AHbTQ+5
        WSWV0jjZAgMBAAECggEAEo6QlnHtFHHj+Jf9wko37viD1kYX31Mn3qOUxvp8z/Fl
        lXuDCEW3Klpkvzxf8OB0NMH++5BrOKZOUy3whS51WmBdQF3eaQ0/8nb7fvKoAtJB
        Pm4a3Helgkq0j2dNDpstxMjw9H0+WgrHSty0vpaEuA8WDu6KGd0pOJfqTlXvntob
        6V/2P4KS9H95MP56M0ql4vaea81GkHVeeLvnLrr+dYxJ1ftOFpnMaUwrtiZRwTL3
        Ggt7PMtcZQT0nr01V8L2iYaXJvbdUbUgjyITwm2dwfY4Ifez1kjgsdu5Ni0ofddR
        icS9oF8yOcZlNGZmBmqPjHa1NgMdNUaXp2n5MwflKQKBgQDXgs79uC8pyMfqoJvP
        zKj3vXJ1kiv38HFZh/JgZmBxoKVpY3vzz78i0xjhnY+2LoFMz3UlitxHJXiGgI6S
        Gd2izgApFa7/wvz/Dp7/RonXUux+YRY/P4EVGJYe0oz5IvHN1QHS6SZDNhXpfDir
        vNvySC52E9KN/hf46HKNqvNBBwKBgQDJVeLBHVIE/C/QTPqN4+6mDGxqUBXqqAWP
        +XTHPYfjH8nsjfXurQxTrBwX3GlBDclEd8Esp67RURUUq6hM5cSNL0Q30lpCtlUO
        0GaEj7SLtPg6QfL5fTETVWsVMp2lmatLDbIfphUtoTb8BQP59oWuwCehl/MyoZXE
        O84AXrafHwKBgQCHUgSk/cTniMI3Cjgr58dlH9jCCFGBcsHJxPolG8ONNaEHpscL
        FbRfqotiB2xYqaTY1R8qvqGILvgaBJkBFiq78nvZUFs9D3OKt+SQR/t/b/s9c7rj
        Zf2ogHKq0exg91c7tndZtrom08w4ep6e/4xf+oDp9ZJtRFJLIbHkUKZDewKBgAFh
        55av3tpN6P4jKS1EPWVCfJQWTLA5yx/79INRttcmZrqLFv82jPkeG2tGhip+L72a
        nObzl820ItLrgtJUWY8mne9MMHZ4zgi2AZ4zZmf3LCUqQsLXyzh4w613lYGHlpeD
        Vo/FEiwoCTqdxjM3MB/NDficFH1qgp7AUl/KRrK9AoGAcDqsvlHIbephBX03Qfts
        4G6YXChr4nlmtDMFdZcy8K6LkU78uWl6lYTrEPpLGq+Px6p3cky1vBGHg42kiRfp
        gbynI153IekGyIRuClA9Gj4YqvrZp6JWzdHymfEMDgAOYzeBRkQ1nln4CyhyAgpo
        2iIyWpjh2OcK8h8xIFH55RY=
        -----END PRIVATE KEY-----
        """

    /// Whose private half nobody has: nothing can be signed for it.
    static let certificate = """
        MIIDKTCCAhGgAwIBAgIUOtTNKHpyFTmi3pERJVj7oU3WJeIwDQYJKoZIhvcNAQELBQAwIzEhMB8GA1UEAwwYRnV6emVkIGlkZW50aXR5IHByb3ZpZGVyMCAX \
        DTI2MTEyODIyNTY1MVoYDzIxMjYxMTA0MjI1NjUxWjAjMSEwHwYDVQQDDBhGdXp6ZWQgaWRlbnRpdHkgcHJvdmlkZXIwggEiMA0GCSqGSIb3DQEBAQUAA4IB \
        DwAwggEKAoIBAQDFWR4N9UkRGfLeAUBRdoOrP4iBNfODiyOxvjL8gMlCfMmOtomTpGQp+axLv9WDyP0Udjd3Aj64dNMFzafAbf5QsHVLjkJxaqiROkO8jpkp \
        xOKZa/xmM2eDS34s7kW6OVCAK9kGWeOBjwAgmvZR82vm87JIih7rD0wdIYQvCF1rWZY6gnAJ53LMcljsIO1CmC7EdtYDE9Y/EQLe28vTH4ZXr060iT3w4x8x \
        rvQ2HCfMrZ9171JAencp+QMekrUiTj/h8m1PrrtMZl+YAbfLl6ePAeP/g0WdDa9jx4YtJH8eZNhccBMoAbe61K2pLRe94D4/EWnAZRoNzs5lR1v4REhVAgMB \
        AAGjUzBRMB0GA1UdDgQWBBRvrNDdOT3kRg8HaSlZ3X1PyFWklTAfBgNVHSMEGDAWgBRvrNDdOT3kRg8HaSlZ3X1PyFWklTAPBgNVHRMBAf8EBTADAQH/MA0G \
        CSqGSIb3DQEBCwUAA4IBAQA84EoPONlcoXHEHkMQY12a5UfmWn7AKU2FtQKEt+lYmPlGw+LBf2L75GvCcGXLYoKIm/4PiT5jw/OYRJI4bHSNjIYgNu4238SR \
        sublGddV63k+5xaPfeuEw6tP7TNX/cq/bCDMovetJAuUlw+cUzUTbtYzehm0EsOCdz/jCIBVxDfsH5VwH3LZ+QwyB7LMYlUINNs40srRJbgrCj/xinas9Iu5 \
        jtwIAZt9ZnNPDGyOL2TjTpNkwdlYvCCIrfb2VAOdaRJnoDQMuqL5Obfo16EVSj/eyPUMyygCf8nOtAUf4caXjDQUyLc5tVUywL3kgz2BNeBI76EUw8+ZADjg \
        sDdJ
        """
}
