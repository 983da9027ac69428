// Owns the hand-made part of the labelled set: for each topic two passages that belong to it, and what people would ask for them.
// Each line: two passages | keywords | the same in other words (no content word of the passages) | a question.
const LINES = `
The physician prescribed antibiotics against the infection and asked the patient to rest in bed. | After a week of medicine the fever had gone and the doctor was content. | antibiotics infection patient | drug treatment for sick people | Which illness did the physician treat with antibiotics?
Our train was delayed by snow and we reached the station long after midnight. | The railway company refunded half of the ticket because of the late arrival. | train delayed snow | trouble during a winter journey on rails | Why did the railway refund the ticket?
The dog barked at the postman every morning until it was trained. | Puppies learn quickly when they are praised and given small treats. | dog training puppies | teaching pets good behavior | How do puppies learn quickly?
The bank raised the interest on mortgages and many families pay more for their homes. | A loan with a fixed rate protects the borrower for ten years. | mortgage interest loan | cost of money lent for buying a house | What protects a borrower with a loan?
Plants turn sunlight and water into sugar and give off oxygen. | Chlorophyll in green leaves captures the energy of light. | photosynthesis chlorophyll sunlight | how vegetation makes food from solar rays | What do plants make from sunlight and water?
The orchestra played a symphony by a young composer and the audience applauded for minutes. | Violins and cellos carried the melody through the concert. | symphony orchestra concert | live classical music performance | Who applauded after the symphony?
The court sentenced the thief to three years in prison for stealing jewelry. | Police found the necklace in the trunk of his car. | thief jewelry prison | criminal punished for robbery | Where did the police find the necklace?
Heavy rain made the river rise and the cellars of the old town were under water. | Volunteers filled sandbags to hold back the flood. | river flood sandbags | natural disaster with high tide in a city | What did volunteers fill against the flood?
The chef roasts the chicken with garlic and lemon and serves it with potatoes. | Salt the skin an hour before it goes into the oven. | roast chicken garlic | recipe for cooking poultry dinner | When is the skin salted before roasting?
Astronauts repaired the solar panel of the space station during a walk of six hours. | The crew will return to Earth in a capsule in May. | astronauts space station | people working in orbit | What did the astronauts repair during their walk?
The school hired two teachers of mathematics and reduced the size of its classes. | Pupils now get help with their homework in the afternoon. | teachers mathematics pupils | better education for children learning numbers | When do pupils get help with homework?
The engine of the car overheated because the coolant had leaked from a cracked hose. | A mechanic replaced the radiator and checked the oil. | engine coolant radiator | vehicle broke down and needed repair | Why did the engine overheat?
Bees collect nectar from blossoms and store it as honey in combs of wax. | A beekeeper wears a veil and calms the hive with smoke. | bees honey hive | insects producing sweet food | What does a beekeeper wear?
The election was won by the mayor with a majority of only forty votes. | Her opponent demanded that the ballots be counted again. | mayor election ballots | politics and who governs a city | Who demanded that ballots be counted again?
Workers at the factory went on strike for higher wages and shorter shifts. | The union and the management met for talks on Friday. | strike wages union | employees protest about low pay | When did union and management meet?
The striker scored twice and the team won the football final. | The goalkeeper saved a penalty in the last minute. | football goal penalty | sports match victory | Who saved a penalty in the last minute?
Glaciers in the Alps are melting faster because summers have become warmer. | Scientists measure the thickness of the ice with radar. | glaciers melting ice | global climate change and frozen mountains | How do scientists measure the thickness of ice?
The bakery sells bread of rye and wheat that is baked before dawn. | Sourdough rises slowly and keeps the loaf fresh for days. | sourdough rye bread | making dough and pastry in early hours | What keeps a loaf fresh for days?
Hackers stole passwords from the server through a hole in old software. | All users were asked to choose new ones and to update their computers. | hackers passwords server | cyber security attack on data | What were users asked to choose after hackers came?
The tenant complained about mold in the bathroom and withheld part of the rent. | The landlord had the wall dried and painted. | tenant landlord mold | damp apartment and housing dispute | Why did the tenant withhold rent?
A volcano on the island erupted and ash closed the airport for two days. | Lava ran down to the sea and made steam. | volcano eruption ash | mountain exploding with hot rock | Why was the airport closed by ash?
The museum bought a painting of a harbor from the seventeenth century. | Experts cleaned the canvas and found the name of the artist. | museum painting canvas | old art picture on display | What did experts find on the canvas?
Children need vaccines against measles before they go to kindergarten. | Nurses give the injection into the upper arm. | measles vaccine nurses | immunization protecting kids from disease | Where do nurses give the injection?
The farmer harvests the wheat in August when the grain is dry. | A combine cuts and threshes a field in an hour. | wheat harvest combine | gathering agricultural crops | When does the farmer harvest wheat?
The airline lost our suitcase and sent it to the hotel a day later. | We filed a claim for clothes that we had to buy. | airline suitcase claim | missing luggage after a flight | What was the claim to the airline for?
Whales sing under water and hear each other over great distances. | Fishermen cut the net to free a calf that was caught. | whales net fishermen | large ocean mammals communicating | Why did fishermen cut the net?
The bridge is closed to trucks because its steel cables are rusting. | Engineers will replace the bearings and strengthen the pillars. | bridge cables rust | construction repair of a road over a river | Why is the bridge closed to trucks?
My grandmother knitted a sweater of gray wool for the winter. | She counts the stitches and follows a pattern from a magazine. | knitting wool sweater | handmade warm clothes | What pattern does grandmother follow when knitting?
The theater shows a comedy about two brothers who love the same woman. | Actors rehearse on the stage until late at night. | theater comedy actors | funny play with drama performers | When do actors rehearse on the stage?
Electric cars charge their batteries at the supermarket for free. | The range on one charge has doubled in five years. | electric battery charging | vehicles powered without gasoline | Where do electric cars charge for free?
The lawyer drew up a will that leaves the house to the niece. | Heirs have to pay tax on what they inherit. | will heirs inherit | legal document about property after death | Who gets the house by the will?
A telescope in the desert found a planet that circles a small red star. | Its year lasts eleven days. | telescope planet star | astronomy discovery of distant worlds | How long is the year of the planet found by telescope?
The dentist filled a tooth and told him to brush twice a day. | Too much sugar is what causes decay. | dentist tooth decay | oral health and cavities | What causes decay of a tooth?
Refugees crossed the border on foot with only what they could carry. | Tents and blankets were handed out in the camp. | refugees border camp | people fleeing war | What was handed out in the camp?
The hikers lost the path in fog and spent the night in a hut. | A rescue team found them at noon, cold but well. | hikers fog rescue | walking astray in the mountains | Where did the hikers spend the night?
The company sells coffee from Ethiopia that is roasted in small batches. | Baristas grind the beans just before they brew a cup. | coffee beans roasted | preparing a hot caffeine drink | When do baristas grind the beans?
Sailors repaired the mast after the storm and set course for the harbor. | The captain noted wind and waves in the log. | sailors mast storm | boat damaged at sea by bad weather | What did the captain note in the log?
The library lends books, films and games to everybody with a card. | Readers pay a fine when they return a novel late. | library books card | borrowing literature | When do readers pay a fine?
The gardener prunes the roses in March and spreads compost under them. | Snails are kept away with a ring of sand. | roses pruning compost | caring for flowers in the yard | How are snails kept away from roses?
An earthquake shook the capital and brought down several old houses. | Dogs searched for people under the rubble. | earthquake rubble capital | seismic catastrophe destroying buildings | Who searched for people under the rubble?
`

/** @returns {{ passages: [string, string], keyword: string, paraphrase: string, question: string }[]} */
export const topics = LINES.trim()
  .split('\n')
  .map((line) => {
    const [first, second, keyword, paraphrase, question] = line.split('|').map((part) => part.trim())
    return { passages: [first, second], keyword, paraphrase, question }
  })
