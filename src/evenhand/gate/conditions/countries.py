"""Countries as OpenRTB writes them, in three letters, and as rulebooks do, in two (ISO 3166-1)."""

from collections.abc import Iterable, Mapping

# Two letters and the three that mean the same; Kosovo by its codes in use, which ISO leaves to users.
_PAIRS = """
AWABW AFAFG AOAGO AIAIA AXALA ALALB ADAND AEARE ARARG AMARM ASASM AQATA TFATF AGATG AUAUS ATAUT AZAZE BIBDI BEBEL BJBEN
BQBES BFBFA BDBGD BGBGR BHBHR BSBHS BABIH BLBLM BYBLR BZBLZ BMBMU BOBOL BRBRA BBBRB BNBRN BTBTN BVBVT BWBWA CFCAF CACAN
CCCCK CHCHE CLCHL CNCHN CICIV CMCMR CDCOD CGCOG CKCOK COCOL KMCOM CVCPV CRCRI CUCUB CWCUW CXCXR KYCYM CYCYP CZCZE DEDEU
DJDJI DMDMA DKDNK DODOM DZDZA ECECU EGEGY ERERI EHESH ESESP EEEST ETETH FIFIN FJFJI FKFLK FRFRA FOFRO FMFSM GAGAB GBGBR
GEGEO GGGGY GHGHA GIGIB GNGIN GPGLP GMGMB GWGNB GQGNQ GRGRC GDGRD GLGRL GTGTM GFGUF GUGUM GYGUY HKHKG HMHMD HNHND HRHRV
HTHTI HUHUN IDIDN IMIMN ININD IOIOT IEIRL IRIRN IQIRQ ISISL ILISR ITITA JMJAM JEJEY JOJOR JPJPN KZKAZ KEKEN KGKGZ KHKHM
KIKIR KNKNA KRKOR KWKWT LALAO LBLBN LRLBR LYLBY LCLCA LILIE LKLKA LSLSO LTLTU LULUX LVLVA MOMAC MFMAF MAMAR MCMCO MDMDA
MGMDG MVMDV MXMEX MHMHL MKMKD MLMLI MTMLT MMMMR MEMNE MNMNG MPMNP MZMOZ MRMRT MSMSR MQMTQ MUMUS MWMWI MYMYS YTMYT NANAM
NCNCL NENER NFNFK NGNGA NINIC NUNIU NLNLD NONOR NPNPL NRNRU NZNZL OMOMN PKPAK PAPAN PNPCN PEPER PHPHL PWPLW PGPNG PLPOL
PRPRI KPPRK PTPRT PYPRY PSPSE PFPYF QAQAT REREU ROROU RURUS RWRWA SASAU SDSDN SNSEN SGSGP GSSGS SHSHN SJSJM SBSLB SLSLE
SVSLV SMSMR SOSOM PMSPM RSSRB SSSSD STSTP SRSUR SKSVK SISVN SESWE SZSWZ SXSXM SCSYC SYSYR TCTCA TDTCD TGTGO THTHA TJTJK
TKTKL TMTKM TLTLS TOTON TTTTO TNTUN TRTUR TVTUV TWTWN TZTZA UGUGA UAUKR UMUMI UYURY USUSA UZUZB VAVAT VCVCT VEVEN VGVGB
VIVIR VNVNM VUVUT WFWLF WSWSM XKXKX YEYEM ZAZAF ZMZMB ZWZWE
"""
_ALPHA2: Mapping[str, str] = {
    code: pair[:2] for pair in _PAIRS.split() for code in (pair[:2], pair[2:], pair[:2].lower(), pair[2:].lower())
}


def alpha2_of(code: object) -> str | None:
    """Return a country's two letters from its three, or from themselves; None for any other value.

    >>> alpha2_of("DEU"), alpha2_of("de"), alpha2_of("XKX"), alpha2_of("EU"), alpha2_of(7)
    ('DE', 'DE', 'XK', None, None)
    """
    return _ALPHA2.get(code) if isinstance(code, str) else None


def territories_of(country: str | None, unions: Mapping[str, Iterable[str]]) -> frozenset[str] | None:
    """Return a country and the unions of states it is in; None, which is unknown, without a country.

    >>> sorted(territories_of("IE", {"EEA": ("IE", "NO"), "EU": ("IE",)}))
    ['EEA', 'EU', 'IE']
    """
    if country is None:
        return None
    return frozenset([country, *(union for union, members in unions.items() if country in members)])
