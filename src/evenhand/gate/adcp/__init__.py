"""Orders of agent buyers: `create_media_buy` of AdCP (Ad Context Protocol) in, its errors or its task out.

Experimental: written for the schemas of AdCP 3.1.0, and for nothing else.
"""

from evenhand.gate.adcp.check import MediaBuyCheck, check
from evenhand.gate.adcp.request import ADCP_VERSION
from evenhand.gate.adcp.response import AdcpError

__all__ = ["ADCP_VERSION", "AdcpError", "MediaBuyCheck", "check"]
