/**
 * Owns the table of everything that does something risky: it runs on hostile files, leaves this computer, costs money, changes the system, or keeps what
 * a person did. Each row names what switches it off, what is lost by that, and what becomes of what was made with it. docs/features.md is made of it.
 * Refuses: switching. A setting is applied where it is read; this says what it means.
 */
import type { LimitName } from './limits'

/** `setting`: its value `off` switches the feature off. `choice`: somewhere else, told in words, as Markdown. `none`: it cannot be, and why. */
export type FeatureSwitch =
  | { readonly kind: 'setting'; readonly name: LimitName; readonly off: number }
  | { readonly kind: 'choice'; readonly how: string; readonly byDefault: 'on' | 'off' }
  | { readonly kind: 'none'; readonly why: string }

export type Feature = {
  readonly name: string
  readonly risk: string
  readonly switch: FeatureSwitch
  /** Without it. */
  readonly lost: string
  /** What becomes of what was made with it once it is off. */
  readonly made: string
}

const setting = (name: LimitName, off = 0): FeatureSwitch => ({ kind: 'setting', name, off })
const choice = (how: string, byDefault: 'on' | 'off' = 'off'): FeatureSwitch => ({ kind: 'choice', how, byDefault })

export const features: readonly Feature[] = [
  {
    name: 'Pictures and scanned pages are read by OCR',
    risk: 'decodes hostile pictures; seconds of a processor for each page',
    switch: setting('ocr.enabled'),
    lost: 'The words in pictures and scans; also what vision models would read, as no pictures are read at all.',
    made: 'Stays found. A document that is offered again is read again without its pictures.',
  },
  {
    name: 'A provider’s vision model reads scans',
    risk: 'pictures leave this computer and cost money; a model may misread',
    switch: choice('of each collection: `--scans ocr`'),
    lost: 'OCR reads them instead.',
    made: 'Stays found, named as read by a model, until the document is read again.',
  },
  {
    name: 'A provider’s vision model reads figures',
    risk: 'pictures leave this computer and cost money; a model may misread',
    switch: choice('of each collection: `--figures off`'),
    lost: 'What figures show; the text around them is read as before.',
    made: 'Stays found, named as a model’s words, until the document is read again.',
  },
  {
    name: 'Providers on other computers make vectors, answers and summaries',
    risk: 'text leaves this computer and costs money',
    switch: choice('none is there until one is added; `sluice providers remove`, or `"providers": "none"` in a policy'),
    lost: 'Models larger than the one that comes with Sluice; answers are made of the documents’ own sentences.',
    made: 'Answers and summaries stay. Vectors stay stored; without their provider the collection is searched by keyword until another model is chosen.',
  },
  {
    name: 'A model in a folder (ONNX) makes vectors',
    risk: 'loads a file of others into a process of its own',
    switch: choice(
      'none is there until one is added; `sluice providers remove`, or a policy that does not name `onnx`',
    ),
    lost: 'The choice of that model.',
    made: 'As with other providers.',
  },
  {
    name: 'Documents are summarized by themselves',
    risk: 'with a provider: text leaves this computer and costs money',
    switch: choice('of each collection: `--summaries off`'),
    lost: 'Summaries that are there before they are asked for.',
    made: 'Summaries stay.',
  },
  {
    name: 'Archives are unpacked, and attachments of mails',
    risk: 'hostile archives (bombs, odd names, damage)',
    switch: setting('archive.depth'),
    lost: 'Everything in archives; they are told as left out (`ARCHIVE_DEPTH_LIMIT`).',
    made: 'Stays found. Offered again, an archive is refused.',
  },
  {
    name: 'What is whole of an archive that was cut off is saved',
    risk: 'reads entries that no table of contents vouches for',
    switch: setting('archive.salvage'),
    lost: 'Zips and compressed files that were cut off are refused as a whole (`ARCHIVE_TRUNCATED`).',
    made: 'Stays found. Offered again, such a file is refused.',
  },
  {
    name: 'Old workbooks and presentations (XLS, XLSB, PPT) are converted by LibreOffice',
    risk: 'another program, with a long history of faults, opens files of others; it runs without network, macros and links, with bounded time and memory',
    switch: setting('office.convert'),
    lost: 'The text of those files; they are told as left out. XLSX, PPTX and DOC need no converter.',
    made: 'Stays found.',
  },
  {
    name: 'What fails for a passing reason is tried again by itself',
    risk: 'repeats what costs time, and with a provider money',
    switch: setting('task.attempts', 1),
    lost: 'Nothing is tried twice; each failure waits for you among the dead letters.',
    made: 'Nothing was made by it.',
  },
  {
    name: 'Documents are read again by themselves',
    risk: 'would replace text that is good',
    switch: {
      kind: 'none',
      why: 'There is none: documents are read again only when they are offered again or when you agree to it.',
    },
    lost: '',
    made: '',
  },
  {
    name: 'A model orders results anew (reranking)',
    risk: 'would make searches slow',
    switch: { kind: 'none', why: 'There is none ([why](decisions/reranking.md)).' },
    lost: '',
    made: '',
  },
  {
    name: 'Searches are kept as a history',
    risk: 'whoever has the data folder sees what you looked for',
    switch: setting('search.history'),
    lost: 'Searches that can be repeated.',
    made: 'Stays until it is cleared: the button beside it, or `sluice history clear`.',
  },
  {
    name: 'Answers to the last searches are kept in memory',
    risk: 'an answer that is older than it should be',
    switch: setting('search.cacheBytes'),
    lost: 'The same search takes its time again.',
    made: 'Goes at once; it was in memory only.',
  },
  {
    name: 'Sluice asks by itself whether there is a newer version',
    risk: 'a connection to the feed that was set',
    switch: setting('updates.check'),
    lost: 'Newer versions are seen only when you ask.',
    made: 'What was downloaded stays until it is installed or removed.',
  },
  {
    name: 'Updates are downloaded and installed from inside the program',
    risk: 'replaces the program',
    switch: choice('no feed is set at first; take its address away, or `"updates": {"channel": "none"}` in a policy'),
    lost: 'New versions come by packages only.',
    made: 'The version that is installed stays.',
  },
  {
    name: 'Work keeps to a share of the computer (polite mode)',
    risk: 'work takes longer',
    switch: setting('polite.when'),
    lost: 'Work takes all that is free.',
    made: 'Nothing was made by it.',
  },
  {
    name: 'Work waits while other programs are busy',
    risk: 'work stands still',
    switch: setting('power.polite'),
    lost: 'Work goes on beside them.',
    made: 'What waited goes on at once.',
  },
  {
    name: 'Work waits on battery',
    risk: 'work stands still',
    switch: setting('power.pauseOnBattery'),
    lost: 'The battery is used.',
    made: 'What waited goes on at once.',
  },
  {
    name: 'The computer is kept awake while there is work',
    risk: 'uses power',
    switch: setting('power.keepAwake'),
    lost: 'Work stands still while the computer sleeps.',
    made: 'Nothing was made by it.',
  },
  {
    name: 'Sluice starts at login',
    risk: 'changes what the system starts',
    switch: setting('desktop.launchAtLogin'),
    lost: 'You start it yourself.',
    made: 'Its entry with the system is taken away.',
  },
  {
    name: 'Work goes on in the tray when the window is closed',
    risk: 'runs unseen',
    switch: setting('desktop.tray'),
    lost: 'Closing the window quits, and work goes on at the next start.',
    made: 'The sign in the tray goes.',
  },
  {
    name: 'A shortcut shows the search from any program',
    risk: 'takes a key from other programs',
    switch: choice('sheet of shortcuts (Ctrl+/), “No shortcut”', 'on'),
    lost: 'The search is shown from the window or the tray.',
    made: 'The key is given back at once.',
  },
  {
    name: 'The queue goes on without a window (service)',
    risk: 'changes what the system starts; runs unseen',
    switch: choice('nothing is installed at first; `sluice service remove`'),
    lost: 'The queue works only while a window or a command is open.',
    made: 'Its entry with the system is taken away; the queue stays.',
  },
  {
    name: 'Links (`sluice://search`, `sluice://document`) open the window',
    risk: 'a web page can ask for it; a link only shows, it changes nothing, and everything else is refused',
    switch: {
      kind: 'none',
      why: 'There is no switch: the system knows the program once it is installed, and browsers ask before they follow such a link.',
    },
    lost: '',
    made: '',
  },
  {
    name: 'A data folder of an older version is brought up to date',
    risk: 'changes the index',
    switch: {
      kind: 'none',
      why: 'There is no switch: this version reads no other. A backup is made first ([going back](upgrading.md#going-back)).',
    },
    lost: '',
    made: '',
  },
]
