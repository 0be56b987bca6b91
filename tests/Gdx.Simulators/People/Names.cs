namespace Gdx.Simulators.People;

/// <summary>Common Thai names with their usual English spelling, and well-known places with their area codes.</summary>
internal static class Names
{
    public static readonly (string Thai, string English)[] Men =
    [
        ("สมชาย", "Somchai"), ("ประเสริฐ", "Prasert"), ("วิชัย", "Wichai"), ("สุรชัย", "Surachai"), ("ธนพล", "Thanaphon"), ("กิตติ", "Kitti"),
        ("อนันต์", "Anan"), ("ณัฐพงษ์", "Natthaphong"), ("พิชิต", "Phichit"), ("ชาญชัย", "Chanchai"), ("มานะ", "Mana"), ("ศุภชัย", "Suphachai"),
        ("วีระ", "Wira"), ("บุญมี", "Bunmi"), ("ปิยะ", "Piya"), ("จักรกฤษณ์", "Chakkrit"), ("ทวี", "Thawi"), ("เกรียงไกร", "Kriangkrai"),
        ("ภาณุ", "Phanu"), ("อดิศักดิ์", "Adisak"), ("นพดล", "Noppadon"), ("สิทธิชัย", "Sitthichai"), ("ชูชาติ", "Chuchat"), ("ไพโรจน์", "Phairot"),
    ];

    public static readonly (string Thai, string English)[] Women =
    [
        ("สมหญิง", "Somying"), ("มาลี", "Mali"), ("สุดา", "Suda"), ("วันเพ็ญ", "Wanphen"), ("กนกวรรณ", "Kanokwan"), ("รัตนา", "Rattana"),
        ("อรุณี", "Aruni"), ("พรทิพย์", "Phonthip"), ("ศิริพร", "Siriphon"), ("จันทร์เพ็ญ", "Chanphen"), ("นงลักษณ์", "Nonglak"), ("ปราณี", "Prani"),
        ("ดวงใจ", "Duangchai"), ("บุญเรือน", "Bunruean"), ("ลัดดา", "Ladda"), ("สุนิสา", "Sunisa"), ("ธิดารัตน์", "Thidarat"), ("อัญชลี", "Anchali"),
        ("ณัฐธิดา", "Natthida"), ("เพ็ญศรี", "Phensi"), ("ขวัญใจ", "Khwanchai"), ("ชุติมา", "Chutima"), ("วิไล", "Wilai"), ("กัญญา", "Kanya"),
    ];

    public static readonly (string Thai, string English)[] Families =
    [
        ("ใจดี", "Chaidi"), ("สุขสวัสดิ์", "Suksawat"), ("ทองดี", "Thongdi"), ("ศรีสุวรรณ", "Sisuwan"), ("แก้วมณี", "Kaeomani"), ("บุญประเสริฐ", "Bunprasoet"),
        ("วงศ์ไทย", "Wongthai"), ("รุ่งเรือง", "Rungrueang"), ("พรหมมา", "Phromma"), ("จันทร์แก้ว", "Chankaeo"), ("อินทร์สว่าง", "Insawang"), ("ชัยมงคล", "Chaimongkhon"),
        ("มีสุข", "Misuk"), ("เพชรรัตน์", "Phetcharat"), ("นาคทอง", "Nakthong"), ("สายบุญ", "Saibun"), ("คงเจริญ", "Khongcharoen"), ("ดวงแก้ว", "Duangkaeo"),
        ("ยิ้มแย้ม", "Yimyaem"), ("ภูมิใจ", "Phumchai"),
    ];

    public static readonly Area[] Areas =
    [
        new(10, "กรุงเทพมหานคร", "Bangkok", 1, "พระนคร", "Phra Nakhon", 1, "พระบรมมหาราชวัง", "Phra Borom Maha Ratchawang", "1001", "ท้องถิ่นเขตพระนคร"),
        new(12, "นนทบุรี", "Nonthaburi", 1, "เมืองนนทบุรี", "Mueang Nonthaburi", 1, "สวนใหญ่", "Suan Yai", "1299", "ท้องถิ่นเทศบาลนครนนทบุรี"),
        new(20, "ชลบุรี", "Chon Buri", 1, "เมืองชลบุรี", "Mueang Chon Buri", 1, "บางปลาสร้อย", "Bang Pla Soi", "2099", "ท้องถิ่นเทศบาลเมืองชลบุรี"),
        new(30, "นครราชสีมา", "Nakhon Ratchasima", 1, "เมืองนครราชสีมา", "Mueang Nakhon Ratchasima", 1, "ในเมือง", "Nai Mueang", "3099", "ท้องถิ่นเทศบาลนครนครราชสีมา"),
        new(40, "ขอนแก่น", "Khon Kaen", 1, "เมืองขอนแก่น", "Mueang Khon Kaen", 1, "ในเมือง", "Nai Mueang", "4099", "ท้องถิ่นเทศบาลนครขอนแก่น"),
        new(50, "เชียงใหม่", "Chiang Mai", 1, "เมืองเชียงใหม่", "Mueang Chiang Mai", 1, "ศรีภูมิ", "Si Phum", "5099", "ท้องถิ่นเทศบาลนครเชียงใหม่"),
        new(83, "ภูเก็ต", "Phuket", 1, "เมืองภูเก็ต", "Mueang Phuket", 1, "ตลาดใหญ่", "Talat Yai", "8399", "ท้องถิ่นเทศบาลนครภูเก็ต"),
        new(90, "สงขลา", "Songkhla", 1, "เมืองสงขลา", "Mueang Songkhla", 1, "บ่อยาง", "Bo Yang", "9099", "ท้องถิ่นเทศบาลนครสงขลา"),
    ];

    public static readonly (int Code, string Thai, string English)[] Roads = [(1, "สุขใจ", "Suk Chai"), (2, "ประชาร่วมใจ", "Pracha Ruam Chai"), (3, "ราชพฤกษ์", "Ratchaphruek")];
}
