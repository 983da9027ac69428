// Owns text that reads a little like English and is the same at every run: seeded numbers, sentences from word lists, paragraphs.
// Refuses real texts: nobody's documents are in the benchmark.

/**
 * Numbers from 0 (included) to 1 (excluded), always the same for a seed (mulberry32).
 * @param {number} seed
 */
export const makeRandom = (seed) => {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}

const words = (list) => list.trim().split(/\s+/)

const NOUNS =
  words(`account address agreement apartment appointment archive argument article assembly balance barrel battery bicycle board boat boiler
  border bottle branch bread bridge budget building cabinet calendar camera canal candle carpet ceiling certificate chapter chimney church circle claim climate
  clock coast collection column committee compass concert contract copper corner cottage council country course cupboard customer decision deposit design
  desk discount district document door drawer engine entrance envelope estimate evening exhibition expense factory family farm fence ferry festival field
  finger fire flight floor flour forest form foundation fountain frame furniture garage garden gate glass grain guest guide harbor hearing heating hedge
  hill holiday horse hospital hotel house insurance interview inventory invoice island jacket journal journey judge kettle keyboard kitchen ladder lake
  lamp landlord lantern lawyer leather lecture ledger letter library license light list loan lock luggage machine magazine manual map market meadow
  meeting member memory message meter mill mirror model month morning mountain museum needle neighbor newspaper night notebook number office orchard
  order oven owner package page painting paper parcel parliament passage passport patient payment pencil pension people permit person photograph piano
  picture pipe plan plate platform pocket policy pond price printer prison problem project property proposal pump quarter question radiator railway rain
  receipt recipe record refund rent repair report reservation result river road roof room rope route salary sample school season secretary sentence
  service shelf ship shop shore signature silver skin sleeve snow soil solution station steam stone storm street student subject summer supplier surface
  survey switch table tailor tank teacher telephone tenant tent theater ticket timber title tower town track train translation treasure tree trunk tunnel
  uncle valley vegetable vessel village visitor voice volume wagon wall warehouse warranty water weather wedding week wheel window winter witness wood
  workshop yard`)
const PLAIN_VERBS =
  words(`accepted added announced answered arranged asked assembled bought borrowed brought built carried changed checked cleaned closed collected
  compared completed confirmed copied corrected counted covered crossed delivered described discovered divided drew drove emptied examined exchanged
  explained filled finished fixed followed found gathered handed heated hired improved included inspected joined kept learned left lent lifted listed
  loaded locked lowered marked measured mended mentioned moved noticed offered opened ordered packed painted paid planned planted polished posted
  prepared printed promised protected published raised reached received recorded reduced refused removed rented repaired replaced requested returned
  reviewed saved sealed searched sent separated served settled shared showed signed sold sorted stored studied supplied tested tied translated
  trusted turned used visited warned washed weighed wrapped wrote`)
const PLAIN_QUALITIES =
  words(`annual bright broken careful central cheap clean clear cold common complete correct damp dark deep double dry early empty exact
  familiar famous final flat foreign former fresh full gentle golden green heavy hidden hollow honest hot large late local long loose lost main missing
  modern narrow new northern old open original pale patient plain previous private public quiet rare ready recent red rough round rural second sharp
  short simple slow small solid southern steady steep strong sudden temporary thick thin total unusual upper urgent useful warm western whole wide
  wooden yellow young`)
const PLAIN_PLACES =
  words(`Alder Ashford Barrow Bexley Birchwood Brightwater Calder Carrick Danby Eastgate Elmore Fairholm Fenwick Glenrock Hartley Holmby
  Kirkdale Langton Linwood Marlow Merton Northcote Oakham Penrith Quarrington Redcliff Selby Stanmore Thornbury Ulverton Verney Westbrook Yarrow`)
const PEOPLE =
  words(`Adams Becker Carlsen Dimitrov Evans Fischer Garcia Hansen Ivanova Jensen Kowalski Lindqvist Moreau Nielsen Okafor Petrov Quinn Rossi
  Schmidt Tanaka Ueda Varga Weber Xu Young Zimmer`)
const MONTHS = words('January February March April May June July August September October November December')
/** Enough words that one of them is in a few of a hundred passages, as in real text, not in half of them. */
const combine = (befores, list, afters) =>
  befores.flatMap((before) => list.flatMap((word) => afters.map((after) => `${before}${word}${after}`)))
const VERBS = combine(['', 're', 'over', 'mis', 'out', 'fore', 'under'], PLAIN_VERBS, [''])
const QUALITIES = combine(['', 'un', 'over', 'half', 'ever', 'all'], PLAIN_QUALITIES, [''])
const PLACES = combine([''], PLAIN_PLACES, ['', 'ton', 'field', 'wick', 'mouth'])
const LINKS = ['because', 'although', 'after', 'before', 'while', 'so that', 'until', 'unless', 'and', 'but']

const pick = (random, list) => list[Math.floor(list.length * random())]
const count = (random, least, most) => least + Math.floor(random() * (most - least + 1))

/** Nouns that are common in all documents, and of each document's own subject. */
const TOPIC = { common: 10, rare: 30 }
const OF_TOPIC = 0.7
const topics = new WeakMap()

/** One of about a hundred thousand words, each of them rare: without them every query would match half of the corpus. */
const makeCompound = (random) => `${pick(random, NOUNS)}${pick(random, NOUNS)}`

/** Gives what is written from now on a subject of its own. */
export const chooseTopic = (random) => {
  const common = Array.from({ length: TOPIC.common }, () => pick(random, NOUNS))
  const rare = Array.from({ length: TOPIC.rare }, () => makeCompound(random))
  topics.set(random, [...common, ...rare])
}
const pickNoun = (random) => {
  const topic = topics.get(random)
  return topic !== undefined && random() < OF_TOPIC ? pick(random, topic) : pick(random, NOUNS)
}

const thing = (random) => `${random() < 0.5 ? `${pick(random, QUALITIES)} ` : ''}${pickNoun(random)}`
const person = (random) => (random() < 0.3 ? pick(random, PEOPLE) : `the ${pickNoun(random)}`)
const clause = (random) => {
  const place =
    random() < 0.3 ? ` ${pick(random, ['in', 'near', 'at', 'behind', 'across'])} ${pick(random, PLACES)}` : ''
  return `${person(random)} ${pick(random, VERBS)} ${pick(random, ['the', 'a', 'every', 'our', 'their'])} ${thing(random)}${place}`
}
const detail = (random) => {
  const forms = [
    () => `on ${count(random, 1, 28)} ${pick(random, MONTHS)} ${count(random, 1990, 2024)}`,
    () => `for ${count(random, 2, 9_999)} ${pick(random, ['euros', 'kilograms', 'meters', 'hours', 'pieces'])}`,
    () => `under number ${pick(random, PLACES).slice(0, 2).toUpperCase()}-${count(random, 1_000, 99_999)}`,
    () => `with the ${thing(random)}`,
  ]
  return forms[Math.floor(random() * forms.length)]()
}
const capitalize = (text) => text[0].toUpperCase() + text.slice(1)

/** One sentence of about fourteen words. */
export const makeSentence = (random) => {
  const parts = [clause(random)]
  if (random() < 0.5) parts.push(detail(random))
  if (random() < 0.6) parts.push(`${pick(random, LINKS)} ${clause(random)}`)
  return `${capitalize(parts.join(' '))}.`
}

/** A paragraph of four to nine sentences. */
export const makeParagraph = (random) =>
  Array.from({ length: count(random, 4, 9) }, () => makeSentence(random)).join(' ')

/** A heading of two to four words. */
export const makeHeading = (random) => capitalize(`${thing(random)} and ${thing(random)}`)

/** How many paragraphs a document has: mostly a few, sometimes many. */
export const drawLength = (random) => Math.max(1, Math.round(Math.exp(0.3 + 2.7 * random() ** 1.6)))

/** Paragraphs of one document. */
export const makeParagraphs = (random, length = drawLength(random)) =>
  Array.from({ length }, () => makeParagraph(random))

/** A word of each kind, for names, columns and identifiers. */
export const makeNoun = (random) => pickNoun(random)
export const makeVerb = (random) => pick(random, VERBS)
export const makeQuality = (random) => pick(random, QUALITIES)
export const makePlace = (random) => pick(random, PLACES)
export const makePerson = (random) => pick(random, PEOPLE)
export const drawCount = count
