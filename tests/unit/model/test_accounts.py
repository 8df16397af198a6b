"""Accounts on platforms: one account, however its address is written."""

from evenhand.model.accounts import account_of
from tests.each_case import each_case


@each_case(
    ("url", "account"),
    [
        ("https://www.twitter.com/Made_Up", "x/made_up"),
        ("https://x.com/made_up?lang=en", "x/made_up"),
        ("http://mobile.twitter.com/made_up/", "x/made_up"),
        ("https://m.facebook.com/MadeUp/about", "facebook/madeup"),
        ("fb.com/madeup", "facebook/madeup"),
        ("https://www.facebook.com/pg/madeup/posts", "facebook/madeup"),
        ("https://www.facebook.com/%D0%9C%D0%B8%D1%80", "facebook/мир"),
        ("https://www.youtube.com/channel/UCmadeUp", "youtube/ucmadeup"),
        ("https://www.youtube.com/@madeup/videos", "youtube/madeup"),
        ("https://www.youtube.com/user/madeup", "youtube/madeup"),
        ("https://t.me/s/made_up", "telegram/made_up"),
        ("https://telegram.me/made_up", "telegram/made_up"),
        ("https://ok.ru/group/52", "ok/group/52"),
        ("x/@eitb", "x/eitb"),
        ("tg/@Made_Up", "telegram/made_up"),
        ("linkedin/company/Made-Up", "linkedin/company/made-up"),
        ("//m.vk.com/rgru", "vk/rgru"),
        ("@made_up", ""),
        ("https://x.com/a", ""),
        ("https://rutube.ru/channel/23", "rutube/channel/23"),
        ("https://www.linkedin.com/company/Made-Up", "linkedin/company/made-up"),
        ("//www.tiktok.com./@made.up", "tiktok/made.up"),
        ("https://www.youtube.com/watch?v=1", ""),
        ("https://www.facebook.com/not a handle", ""),
        ("https://www.facebook.com/", ""),
        ("https://rutube.ru/channel/", ""),
        ("https://www.youtube.com/channel/", ""),
        ("https://t.me/@", ""),
        ("https://t.me/joinchat/AAAA", ""),
        ("https://www.facebook.com/people/Made-Up/1000", ""),
        ("https://www.facebook.com/sharer.php?u=x", ""),
        ("https://twitter.com/intent/tweet?text=x", ""),
        ("https://x.com/people", "x/people"),
        ("https://play.google.com/store/apps/details?id=com.Made.up&hl=de", "play/com.Made.up"),
        ("play.google.com/store/apps", ""),
        ("Play/com.Made.up", "play/com.Made.up"),
        ("play/com.made up", ""),
        ("play/", ""),
        ("https://apps.apple.com/de/app/made-up/id1234567890?mt=8", "appstore/1234567890"),
        ("AppStore/id1234567890", "appstore/1234567890"),
        ("https://apps.apple.com/de/charts", ""),
        ("x/made,up", ""),
        ("https://made-up.example/made_up", ""),
        ("https://[x.com/made_up", ""),
        ("", ""),
    ],
)
def test_an_address_names_one_account_or_none(url: str, account: str) -> None:
    """Accounts are compared as text, so there is one text an account."""
    assert account_of(url) == account
