/**
 * Owns what is expected of the letters of a language when it is guessed in which encoding a text is written: which encodings are in use for it,
 * which letters it has beyond ASCII, commonest first, and a few of its commonest words. Refuses: bytes.
 */

/** The letters of one language. */
export type LetterModel = {
  readonly language: string
  /** In lower case, commonest first. */
  readonly letters: string
  /** Short, common words in ASCII, which the encodings have in common; empty where the script is another. */
  readonly words: string
}

const model = (language: string, letters: string, words = ''): LetterModel => ({ language, letters, words })

const WESTERN: readonly LetterModel[] = [
  model('fr', 'éèàêçâîôûùëïœüæÿ', 'le la les de des du et est un une que qui dans pour pas il au en sur ce'),
  model('de', 'üäößé', 'der die das und ist nicht ein eine zu den mit von auf im dem sie wir ich es'),
  model('es', 'óíáéñú¿¡ü', 'el la los las de que y en un una por con del para se no es su al'),
  model('pt', 'ãçáéíóêõúâàôü', 'o a os as de do da que e em um uma para com se por mais no na'),
  model('it', 'èàòùìéî', 'il la le di che e un una per non con del della si in gli sono da'),
  model('sv', 'äåöéü', 'och att det som en ett av den till med har inte om ett var jag vi'),
  model('da', 'øåæéü', 'og at det en er til af den med har ikke der som for vi jeg de'),
  model('is', 'íðáóöéþúæý', 'og er ekki en um til sem hann var af'),
  model('nl', 'ëéïöèüó', 'de het een en van ik te dat die in is niet op met zijn voor'),
  model('ca', 'àéèòíóúçïü·', 'el la els les de que i en un una per amb del no es'),
  model('en', 'éèï£çöñâ', 'the and of to in is that it was for on with as at by'),
]
const CENTRAL: readonly LetterModel[] = [
  model('pl', 'ęłóąśżćńź', 'nie na to do jest w z i po za od tak jak ale przez dla tego'),
  model('cs', 'íáéěýřžčšůúťďňó', 'a se na je to v do o z za po ale jako by pro si tak od'),
  model('sk', 'áíéčýžšúľťňďôóäĺŕ', 'a na je to v do o z za po ale ako by pre si sa od'),
  model('hu', 'áéöíóőüúű', 'a az egy nem hogy is meg van volt csak ez de mint ki el ha'),
  model('hr', 'čšžćđ', 'i u je na se da su za od po s kao ali ne to iz smo bio'),
  model('ro', 'ăşîţâșț', 'de la si nu cu o un este pe care din mai ca sau al a'),
  model('de', 'üäößé', ''),
]
const TURKISH = [model('tr', 'ıüşğçöİâî', 've bir bu da de ile olarak daha olan gibi kadar ne var ama ya sonra her ki')]
const BALTIC: readonly LetterModel[] = [
  model('lt', 'ėšžįųąūčę', 'ir yra kad su ne tai bet o i jau buvo kaip po nuo'),
  model('lv', 'āīēšņūžļčģķ', 'un ir no ar par ka uz tas bet lai kas nav pie to'),
  model('et', 'äõüöšž', 'ja on ei et see ta ka oli kui aga ning mis ma'),
]
const CYRILLIC: readonly LetterModel[] = [
  model('ru', 'оеаинтсрвлкмдпуяыьгзбчйхжшюцщэфъё'),
  model('uk', 'оаинітвеурсклмдпзьбяйчгхцїжюшєщфґ'),
  model('bg', 'аиоентрсвлкдпмзуъябгчжщцхшйюфьё'),
  model('sr', 'аоиенртсвдкујмплзбгчшћцњхжљфђџѓќѕ'),
]
const GREEK = [model('el', 'αοιετσνηυρπκμλςωάίόγέδήχύώβφθξζϊψϋΐΰ')]
const HEBREW = [model('he', 'יוהלאתרבמשנםדחקעפטכסגזצןךץףײװ')]
const ARABIC: readonly LetterModel[] = [
  model('ar', 'اليمنورتبةعدسفهكقحأجشطصىخإذضغءئثظآؤًٌٍَُِّْـ،؟'),
  model('fa', 'اینردهمتوبسشلکگزخفپقچعجژآحطضصغثذئظ،؟'),
]
const THAI = [model('th', 'านรอกเง่้มวลยทตสดบปัีิ์คแพจหะขใไชูุึโำผถซธศญณภษฉฟฐืฝ๊็ฏฎฆฬฌฒฮฑฅ')]

/** An encoding of single bytes, and the languages that are written in it. */
export type SingleByteModel = {
  readonly encoding: string
  /** How much likelier another one is before the text is looked at, in powers of e. */
  readonly rarity: number
  readonly models: readonly LetterModel[]
}

/** Of encodings that read a text alike the first is named. */
export const singleByteModels: readonly SingleByteModel[] = [
  { encoding: 'windows-1252', rarity: 0, models: WESTERN },
  { encoding: 'windows-1251', rarity: 1, models: CYRILLIC },
  { encoding: 'windows-1250', rarity: 2, models: CENTRAL },
  { encoding: 'iso-8859-2', rarity: 2.5, models: CENTRAL },
  { encoding: 'windows-1254', rarity: 3, models: TURKISH },
  { encoding: 'windows-1257', rarity: 2, models: BALTIC },
  { encoding: 'windows-1253', rarity: 2, models: GREEK },
  { encoding: 'iso-8859-7', rarity: 2.5, models: GREEK },
  { encoding: 'windows-1255', rarity: 2, models: HEBREW },
  { encoding: 'iso-8859-8', rarity: 3, models: HEBREW },
  { encoding: 'windows-1256', rarity: 2, models: ARABIC },
  { encoding: 'iso-8859-6', rarity: 3, models: ARABIC },
  { encoding: 'koi8-r', rarity: 2, models: CYRILLIC.slice(0, 1) },
  { encoding: 'koi8-u', rarity: 3, models: CYRILLIC.slice(1, 2) },
  { encoding: 'iso-8859-5', rarity: 3, models: CYRILLIC },
  { encoding: 'cp866', rarity: 3, models: CYRILLIC.slice(0, 1) },
  { encoding: 'windows-874', rarity: 2, models: THAI },
  { encoding: 'iso-8859-15', rarity: 3, models: WESTERN },
  { encoding: 'iso-8859-16', rarity: 5, models: CENTRAL.slice(5, 6) },
  { encoding: 'iso-8859-4', rarity: 6, models: BALTIC },
  { encoding: 'macintosh', rarity: 4, models: WESTERN },
  { encoding: 'cp850', rarity: 4, models: WESTERN },
  { encoding: 'cp852', rarity: 5, models: CENTRAL },
]

/** An encoding of East Asia. */
export type MultiByteModel = {
  readonly encoding: string
  readonly rarity: number
  /** Lead bytes of the characters that are in common use; the rest of the table is rare. */
  readonly common: readonly [from: number, to: number]
  readonly trail: readonly [from: number, to: number]
  /** The commonest of all, which make up a third of a text and more. */
  readonly commonest: string
  readonly kana: boolean
}

const KANJI =
  '日一人年大十二本中長出三時行見月分後前生五間上東四今金九入学高円子外八六下来気小七山話女北午百書先名川千水半男西電校語土木聞食車何南万毎白天母火右読友左休父雨世界猫私家国会'
const SIMPLIFIED =
  '的一是不了在人有我他这个们中来上大为和国地到以说时要就出会可也你对生能而子那得于着下自之年过发后作里用道行所然家种事成方多经么去法学如都同现当没动面起看定天分还进好小部其些主样理心她本前开但因只从想实日军者意无力它与长把机十民第公此已工使情明性知全三又关点正业外将两高间由问很最重并物手应战向头文体政美相见被利什二等产或新己制身果加西斯月话合回特代内信表化老给世位次度门任常先海通教儿原东声提立及比员解水名真论处走义各入几口认条平系气题活尔更别打女变四神总何电数安少报才结反受目太量再感建务做接必场件计管期市直德资命山金指克许统区保至队形社便空决治展马科司五基眼书非则听白却界达光放强即像难且权思王象完设式色路记南品住告类求据程北边死张该交规万取拉格望觉术领共确传师观清今切院让识候带导争运，。、？！：；“”'
const TRADITIONAL =
  '的一是不了在人有我他這個們中來上大為和國地到以說時要就出會可也你對生能而子那得於著下自之年過發後作裡用道行所然家種事成方多經麼去法學如都同現當沒動面起看定天分還進好小部其些主樣理心她本前開但因只從想實日軍者意無力它與長把機十民第公此已工使情明性知全三又關點正業外將兩高間由問很最重並物手應戰向頭文體政美相見被利什二等產或新己制身果加西斯月話合回特代內信表化老給世位次度門任常先海通教兒原東聲提立及比員解水名真論處走義各入幾口認條平系氣題活爾更別打女變四神總何電數安少報才結反受目太量再感建務做接必場件計管期市直德資命山金指克許統區保至隊形社便空決治展馬科司五基眼書非則聽白卻界達光放強即像難且權思王象完設式色路記南品住告類求據程北邊死張該交規萬取拉格望覺術領共確傳師觀清今切院讓識候帶導爭運，。、？！：；「」'
const HANGUL =
  '이다는을의에가고하는지로기한사은도니를리아그나자수어대있인서시해것일부정여전보만들제라주안으요습세녕면서울장상어없때우생무공까원개관경과국했게마미오소조내신성물구동연유들러선스트년화문말중회당학모적'

export const multiByteModels: readonly MultiByteModel[] = [
  { encoding: 'shift_jis', rarity: 1, common: [0x88, 0x97], trail: [0x40, 0xfc], commonest: KANJI, kana: true },
  { encoding: 'euc-jp', rarity: 2, common: [0xb0, 0xcf], trail: [0xa1, 0xfe], commonest: KANJI, kana: true },
  { encoding: 'gb18030', rarity: 1, common: [0xb0, 0xd7], trail: [0xa1, 0xfe], commonest: SIMPLIFIED, kana: false },
  { encoding: 'big5', rarity: 2, common: [0xa4, 0xc6], trail: [0x40, 0xfe], commonest: TRADITIONAL, kana: false },
  { encoding: 'euc-kr', rarity: 1.5, common: [0xb0, 0xc8], trail: [0xa1, 0xfe], commonest: HANGUL, kana: false },
]
