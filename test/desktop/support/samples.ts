// Owns the documents that the desktop tests drop: a household's papers, an archive in an archive, and files that cannot be read.
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { forgeZip, ENCRYPTED_FLAG } from '../../support/zip-forge'

/** A sentence that is nowhere but in the innermost archive. */
export const BURIED_SENTENCE = 'The spare key to the boathouse hangs behind the third lifebuoy on the left.'

const papers: Readonly<Record<string, string>> = {
  'garden/tomatoes.md':
    '# Tomatoes\n\nSow indoors in March. Harden the seedlings off for a week before planting them out, and never before the last frost.\n\n## Blight\n\nWater the soil, not the leaves. Remove the lower leaves as the plant grows so that air moves through the row.\n',
  'garden/compost.md':
    '# Compost\n\nTwo parts brown to one part green. If it smells, it is too wet: add torn cardboard and turn the heap. In a dry summer water it once a week.\n',
  'garden/planting-calendar.csv':
    'plant,sow,plant out,harvest\ntomato,March,May,August\nbroad bean,November,November,June\nleek,April,July,December\nlettuce,April,May,July\n',
  'house/heating.txt':
    'Heating\n\nThe boiler is serviced every October by Lindqvist & Sons. If the pressure falls below 1.2 bar, open the filling loop under the sink until the needle stands at 1.5.\n\nBleeding the radiators: start on the ground floor, with the pump switched off.\n',
  'house/insurance.html':
    '<!doctype html><html lang="en"><head><title>Home insurance policy</title></head><body><h1>Home insurance</h1><p>The policy covers water damage from burst pipes, but not from rising ground water. Report damage within seven days and keep the receipts.</p><p>The excess is 250 for each claim.</p></body></html>',
  'house/wifi.txt':
    'The guest network is called heron. The router restarts by itself every Sunday at four in the morning.\n',
  'recipes/bread.md':
    '# Sourdough\n\nFeed the starter the evening before. Mix 500 g flour, 350 g water and 100 g starter; rest for an hour, then add 10 g salt. Fold four times, half an hour apart.\n\nBake in a covered pot at 240 degrees for 25 minutes, then 20 more without the lid.\n',
  'recipes/lentil-soup.md':
    '# Lentil soup\n\nFry two onions with cumin until they are golden. Add red lentils, a tin of tomatoes and a litre of water; simmer for twenty minutes. Lemon and parsley at the end.\n',
  'travel/packing.json': JSON.stringify({
    trip: 'Lofoten in September',
    pack: ['rain jacket', 'wool socks', 'head lamp', 'ferry tickets'],
    notes: 'The ferry from Bodo takes three and a half hours and can be rough; take something against seasickness.',
  }),
  'travel/itinerary.txt':
    'Day 1: night train to Bodo.\nDay 2: ferry to Moskenes, pick up the bicycles at the harbour.\nDay 3: Reine and the old fishing huts.\nDay 4: rest, laundry, and a swim if anyone dares.\n',
}

const brokenPapers: Readonly<Record<string, string>> = {
  'house/empty-note.txt': '',
  'house/scan.pdf': '%PDF-1.4\nthis is where the file was cut off',
}

const writeAll = (folder: string, files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) {
    const path = join(folder, name)
    mkdirSync(join(path, '..'), { recursive: true })
    writeFileSync(path, text)
  }
}

/** Writes a folder `household` with papers and, in it, `boat.zip` with an archive inside. Returns its path. */
export const writeHousehold = (parent: string): string => {
  const folder = join(parent, 'household')
  writeAll(folder, { ...papers, ...brokenPapers })
  const inner = forgeZip([
    { name: 'keys.txt', data: `Keys\n\n${BURIED_SENTENCE}\n` },
    {
      name: 'moorings.md',
      data: '# Moorings\n\nCheck the ropes after every storm; the outer one chafes at the fairlead.\n',
    },
  ])
  const outer = forgeZip([
    { name: 'harbour/inventory.csv', data: 'item,count,place\nlifebuoy,6,boathouse\noar,4,rack\nflare,3,locker\n' },
    {
      name: 'harbour/winter storage.txt',
      data: 'Drain the engine, take the battery ashore, and cover the boat before the first snow.\n',
    },
    { name: 'old/papers.zip', data: inner, method: 0 },
    { name: 'old/secret.txt', data: 'sealed', flags: ENCRYPTED_FLAG },
    { name: '../escape.txt', data: 'outside' },
  ])
  writeFileSync(join(folder, 'boat.zip'), outer)
  return folder
}

/** Writes `count` notes that differ from each other, so that each has to be embedded. Returns the folder. */
export const writeNotes = (parent: string, count: number, paragraphs = 3): string => {
  const folder = join(parent, 'notebook')
  mkdirSync(folder, { recursive: true })
  for (let note = 0; note < count; note += 1) {
    const lines = Array.from(
      { length: paragraphs },
      (_, at) =>
        `Entry ${note}.${at}: the wind came from ${(note * 37 + at * 11) % 360} degrees at ${(note * 7 + at * 3) % 30} knots, ` +
        `the barometer stood at ${960 + ((note * 13 + at) % 80)}, and the crew counted ${(note * 17 + at * 5) % 90} gannets over the bay.`,
    )
    writeFileSync(join(folder, `note-${String(note).padStart(4, '0')}.md`), `# Note ${note}\n\n${lines.join('\n\n')}\n`)
  }
  return folder
}
