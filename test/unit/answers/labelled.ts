/**
 * Owns a small labelled set for answers: a dozen documents and questions with what a right answer quotes, or `null` where they hold none.
 * Every second question of each kind is for tuning, the others are only measured. Refuses: real people and places.
 */

export const documents: Readonly<Record<string, string>> = {
  'flat/lease.txt': `Lease of the flat at 14 Harbor Lane

The landlord is Ottilie Brandt. The tenants are Milan and Petra Koval. The lease begins on 1 May 2021 and is for an indefinite time.

The monthly rent is 840 euros without heating. It is due on the third working day of each month. The deposit of 2,520 euros was paid into a savings account.

Pets: small animals in cages may be kept without asking. Dogs and cats need the written consent of the landlord.

Either side may end the lease with three months' notice to the end of a month. The notice must be in writing.`,

  'science/observatory.md': `# The observatory on Mount Selva

The observatory was founded in 1887 by the astronomer Clara Whitlock, who paid for the first dome from her own pocket. The great refractor has a lens of 71 centimeters and was built by the Reinholt works.

In 1911 a fire destroyed the library. Since then all plates have been kept in a vault below the west tower.

Visitors are welcome on clear Friday evenings from nine o'clock. The road is closed between November and March because of snow.`,

  'kitchen/plum-cake.txt': `Plum cake from Aunt Sofie

Ingredients: 300 g flour, 150 g butter, 100 g sugar, 1 egg, 1 kg plums, a pinch of salt.

Knead flour, butter, sugar, egg and salt quickly to a dough and let it rest in the fridge for half an hour. Roll it out, lay it into the tin and cover it with the halved plums, cut side up.

Bake at 190 degrees for 45 minutes. Sprinkle with sugar only after baking, otherwise the plums lose too much juice.`,

  'club/minutes-march.txt': `Minutes of the allotment association, 14 March

Present: 23 members. The meeting was chaired by Ruth Adeyemi.

The treasurer Jorge Lindqvist reported a balance of 4,310 euros. The fee for a plot stays at 62 euros a year.

It was decided to repair the pump before Easter. Three offers were obtained; the firm Tiefenbach got the order for 1,180 euros.

The waiting list has 17 names. Plot 9 was given to the Okafor family. The next meeting takes place on 11 April in the clubhouse.`,

  'travel/itinerary.txt': `Our trip to the Lofoten islands

We fly from Hamburg to Bodø on 2 July at 10:40 and take the ferry to Moskenes in the evening. The ferry takes about three hours and a quarter.

The red cabin in Reine is booked for six nights. The key lies in a box beside the door; the code is 7702.

On 8 July we return the rental car at the airport of Leknes. Rubber boots and headlamps are packed in the blue bag.`,

  'manuals/coffee-machine.txt': `Arobella 300 coffee machine: care

Descale the machine every two months, or when the orange light blinks. Use only citric acid; vinegar damages the seals.

To descale, fill the tank with half a liter of water and one sachet, hold both buttons for five seconds and let the program run. It takes 25 minutes.

If the pump is loud and no coffee comes, there is air in the line. Open the steam valve until water flows evenly.

The warranty is valid for 24 months from the day of purchase. Keep the receipt.`,

  'work/supplier-contract.txt': `Framework contract between Nordwind Mills and the bakery Haase

1. Nordwind Mills delivers up to 12 tonnes of rye flour a month. Delivery takes place on Tuesdays before six in the morning.

2. Payment is due within 21 days after the invoice. For payment within 7 days a discount of 2 percent is granted.

3. If a delivery is late by more than two days, the bakery may buy elsewhere and charge the difference to the mill.

4. The contract ends on 31 December 2026 unless it is renewed in writing by both sides.`,

  'health/leaflet.txt': `Somnarel 5 mg tablets: information for patients

Take one tablet half an hour before going to bed. Do not take more than one tablet in a night.

Do not use Somnarel together with alcohol, because its effect becomes stronger. People with severe liver disease must not take it.

Common side effects are a dry mouth and dizziness in the morning. Store the tablets below 25 degrees, out of the reach of children.`,

  'mail/relocation.txt': `From: Ines Falk
To: everybody
Subject: Our move to the new office

Dear all,

we move on Thursday, 19 September. The new office is on the fourth floor of the Kontorhaus in Speicher Street. Please pack your boxes by Wednesday noon; the movers from Hansen come at seven.

The servers are shut down on Wednesday at 18:00 and should be up again on Friday morning. Questions about the network go to Tomasz, about keys to Bettina.

The old office is given back because the rent would have risen by a third.

Ines`,

  'shop/prices.csv.txt': `Article: clay pot 12 cm; Price: 2.40; Stock: 310
Article: clay pot 18 cm; Price: 3.90; Stock: 145
Article: glazed bowl blue; Price: 14.50; Stock: 22
Article: watering can 5 l; Price: 19.00; Stock: 41
Article: garden gloves size 9; Price: 6.75; Stock: 88`,

  'people/grandfather.txt': `My grandfather Anselm

Anselm Rieger was born in 1923 in the village of Tannau as the fourth of seven children. He learned the trade of a clockmaker from his uncle.

During the war he repaired instruments in a shipyard in Stralsund. There he met Johanna, a nurse, whom he married in 1947.

He opened his shop beside the town hall in 1952 and ran it for thirty-one years. His masterpiece, a clock with a moving moon, stands in the museum of Tannau today.`,

  'it/runbook.md': `# Backup runbook

The nightly backup starts at 01:30 and is written to the host atlas. Old backups are deleted after 35 days.

If the backup fails, a message goes to the on-call phone. First look at the disk of atlas: in nine of ten cases it is full.

To restore a single file, log in to atlas and run the restore script with the date and the path. A full restore takes about four hours and needs the approval of Helga Stromberg.

The encryption passphrase is kept in the safe in room 2.07.`,
}

export type Labelled = {
  readonly question: string
  /** What the quotes of a right answer contain; `null`: the documents do not say it. */
  readonly expected: string | null
}

export const questions: readonly Labelled[] = [
  { question: 'Who is the landlord of the flat?', expected: 'Ottilie Brandt' },
  { question: 'Who founded the observatory?', expected: 'Clara Whitlock' },
  { question: 'Who chaired the meeting of the allotment association?', expected: 'Ruth Adeyemi' },
  { question: 'Who must approve a full restore?', expected: 'Helga Stromberg' },
  { question: 'Whom did Anselm marry?', expected: 'Johanna' },
  { question: 'Whom do I ask about keys?', expected: 'Bettina' },
  { question: 'When does the lease begin?', expected: '1 May 2021' },
  { question: 'When was the grandfather born?', expected: '1923' },
  { question: 'When is the next meeting of the association?', expected: '11 April' },
  { question: 'When do the servers go down?', expected: '18:00' },
  { question: 'What time does the nightly backup start?', expected: '01:30' },
  { question: 'Until when is the contract with Nordwind Mills valid?', expected: '31 December 2026' },
  { question: 'Where are the plates of the observatory kept?', expected: 'west tower' },
  { question: 'Where is the key of the cabin?', expected: 'box beside the door' },
  { question: 'Where does the clock with the moving moon stand?', expected: 'museum of Tannau' },
  { question: 'Where is the encryption passphrase?', expected: 'safe in room 2.07' },
  { question: 'Where is the new office?', expected: 'fourth floor' },
  { question: 'How much is the rent?', expected: '840 euros' },
  { question: 'How many members were present?', expected: '23 members' },
  { question: 'How long does the ferry take?', expected: 'three hours' },
  { question: 'How often should I descale the coffee machine?', expected: 'every two months' },
  { question: 'How hot must the oven be for the plum cake?', expected: '190 degrees' },
  { question: 'What is the price of a watering can?', expected: '19.00' },
  { question: 'How many glazed bowls are in stock?', expected: '22' },
  { question: 'After how many days are old backups deleted?', expected: '35 days' },
  { question: 'How much discount is there for early payment?', expected: '2 percent' },
  { question: 'Why is the old office given up?', expected: 'risen by a third' },
  { question: 'Why is the road to the observatory closed in winter?', expected: 'because of snow' },
  { question: 'Why should sugar be sprinkled only after baking?', expected: 'lose too much juice' },
  { question: 'Why must Somnarel not be taken with alcohol?', expected: 'effect becomes stronger' },
  { question: 'What are the side effects of Somnarel?', expected: 'dry mouth' },
  { question: 'May I keep a dog in the flat?', expected: 'written consent' },
  { question: 'What should I do when no coffee comes?', expected: 'steam valve' },
  { question: 'What did the fire of 1911 destroy?', expected: 'library' },
  { question: 'Which firm repairs the pump?', expected: 'Tiefenbach' },
  { question: 'What happens if a delivery of flour is late?', expected: 'buy elsewhere' },
  { question: 'Who painted the ceiling of the chapel?', expected: null },
  { question: 'Who is the landlord of the office in Speicher Street?', expected: null },
  { question: 'When was the swimming pool opened?', expected: null },
  { question: 'When does the lease of the bakery begin?', expected: null },
  { question: 'Where is the spare tire of the truck?', expected: null },
  { question: 'Where did Clara Whitlock study?', expected: null },
  { question: 'How many students attend the school?', expected: null },
  { question: 'How much does the ferry cost?', expected: null },
  { question: 'How tall is the lighthouse of Reine?', expected: null },
  { question: 'Why did Petra Koval leave her job?', expected: null },
  { question: 'What is the capital of Australia?', expected: null },
  { question: 'What is the dosage of Somnarel for dogs?', expected: null },
  { question: 'What color is the glove of the goalkeeper?', expected: null },
  { question: 'Which insurance covers the damage of the fire brigade?', expected: null },
]

const half = (rest: number): Labelled[] => questions.filter((_, index) => index % 2 === rest)
export const tuning = half(0)
export const measured = half(1)
