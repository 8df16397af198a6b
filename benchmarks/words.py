"""Word tables of invented advertisers: brands, trades and persons in five scripts, none meant for anybody real."""


def _words(text: str) -> tuple[str, ...]:
    return tuple(text.split())


BRANDS = _words(
    "Alder Amber Anchor Aspen Badger Barley Birch Bluebell Bramble Brook Candle Cedar Cinder Clover Copper Coral Cosy "
    "Crane Dapple Dove Drift Dune Ember Fable Falcon Fennel Fern Finch Flint Foxglove Garnet Ginger Glade Harbour "
    "Hazel Heather Heron Holly Indigo Ivy Jasper Juniper Kestrel Kettle Lark Lavender Linden Lobster Lotus Magpie "
    "Maple Marble Meadow Merlin Mint Misty Moss Myrtle Nettle Nutmeg Oak Ochre Olive Opal Orchard Osprey Otter Paddle "
    "Pebble Pepper Pine Plum Poppy Prairie Quartz Quill Raven Reed Robin Rowan Saffron Sage Sandy Sepia Shale Sorrel "
    "Sparrow Spruce Sunny Tansy Thistle Thyme Timber Topaz Tulip Umber Velvet Violet Walnut Willow Wren Yarrow Zephyr"
)
PLACES = _words(
    "Abbey Bay Bridge Castle Corner Court Creek Cross Dale Field Ford Forest Garden Gate Green Grove Hall Haven Hill "
    "House Island Lake Lane Market Mill Moor Mountain Park Pier Point Pond Quay Ridge River Road Shore Spring Square "
    "Station Street Tower Vale Valley View Village Water Way Wharf Wood Yard"
)
TRADES = _words(
    "Bakery Books Boats Brewery Bicycles Candles Carpets Ceramics Cheese Cinema Coffee Consulting Cosmetics Cycles "
    "Dance Dental Design Dogs Electric Eyewear Fabrics Farm Fitness Flowers Foods Footwear Furniture Games Glass Golf "
    "Hats Homes Horses Hotels Insurance Jewellery Kitchens Lighting Logistics Mattresses Media Motors Museum Music "
    "Nursery Optics Outdoor Paints Paper Pets Pharmacy Photos Pottery Printing Puzzles Records Robotics Sails School "
    "Software Sports Studio Tailors Tea Theatre Tiles Tools Tours Toys Travel Watches Windows Wines Yoga"
)
FORMS = ("", "", "", "Ltd", "GmbH", "LLC", "Inc.", "S.A.", "B.V.", "Oy")
GIVEN = _words(
    "Ada Alma Anouk Ansel Berra Birgit Caspar Clio Dario Delia Edda Elio Fenja Florin Gesa Greta Hanno Idris Iva Jaro "
    "Jule Kaja Korbin Leona Livia Malte Mira Nils Noa Odile Orla Paula Pelle Quirin Rasmus Romy Silas Svea Tamsin Tilo "
    "Ulla Urs Vera Veit Wanda Wim Yara Ylva Zeno Zita"
)
FAMILY = _words(
    "Ackerfeld Birkental Bromley Carrow Dahlquist Eastmere Fennimore Garstang Hollowell Inkpen Jarrow Kettleby "
    "Lindqvist Marchbanks Northolt Oakhanger Pemberley Quillfeather Rosewood Saltmarsh Thornbury Underhill Vellacott "
    "Wetherby Yarborough Zellweger Applegarth Brackenridge Cloverdale Dunmore Elderfield Fairweather Goldthorpe "
    "Hartwell Ironside Juniperhof Kirkwall Larkspur Mossgrove Netherby"
)

# Of these the names on a made list are put together.
SYLLABLES = _words("bor dal fen gri hul jav kel lom mav nod oru pex qua rib sot tul urk vim wex yan zor")

# Brand words and trades by script; a name is one of each (Chinese without a space).
OTHER_SCRIPTS = {
    "ru": (
        _words("Берёза Ласточка Ромашка Журавль Малина Облако Сирень Калина Радуга Снежинка Полянка Ручеёк"),
        _words("Книги Чай Пекарня Обувь Игрушки Мебель Цветы Сыр Кино Велосипеды Керамика Часы"),
    ),
    "el": (
        _words("Ελιά Μελτέμι Γαλάζιο Κοχύλι Λεβάντα Πεύκο Φεγγάρι Ροδιά Αμυγδαλιά Θυμάρι"),
        _words("Βιβλία Φούρνος Καφές Βαρκάδες Παιχνίδια Έπιπλα Λουλούδια Τυριά Κεραμικά Ρολόγια"),
    ),
    "ar": (
        _words("الياسمين النخلة القمر الواحة الزيتون الربيع المرجان العنبر الفجر الوردة"),
        _words("مكتبة مخبز مقهى مدرسة متجر مطعم حديقة مسرح ورشة صيدلية"),
    ),
    "zh": (
        _words("青竹 云雀 白露 小溪 银杏 荷塘 晨光 彩虹 枫叶 海棠"),
        _words("书店 茶馆 面包店 玩具店 家具店 花店 眼镜店 钟表店 陶艺馆 电影院"),
    ),
}
COUNTRIES = {
    "en": ("ie", "us", "gb", "de", "fr", "nl", "fi"),
    "ru": ("kz",),
    "el": ("gr",),
    "ar": ("ma",),
    "zh": ("sg",),
}
