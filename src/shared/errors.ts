/**
 * Owns every error code of the product: what an error leads to, the sentence a person reads in window, report and command line, and the command
 * that helps, which the command line alone says below it.
 * Refuses: throwing, logging, retrying. The code alone decides; nobody else keeps a table like this one. No sentence names a command: in the
 * window there are none. Over 300 lines: one table with a row for each code.
 */
import { withSystemReason } from './system-reasons'

/**
 * What an error leads to.
 * - `retry`: transient; tried again after a wait, then a dead letter.
 * - `deadLetter`: permanent; kept with its attempts until a person replays or discards it (outcome `failed`).
 * - `reject`: a guardrail said no (outcome `rejected`).
 * - `skip`: nothing of ours to do (outcome `skipped`).
 * - `partial`: a warning on a document that was indexed with something named missing.
 * - `note`: said about a document that misses nothing.
 * - `wait`: parked until a person decides.
 * - `interrupted`: not the task's fault; repeated without spending an attempt.
 * - `pause`: the whole queue waits until the cause is gone.
 * - `cancel`: a person said stop.
 * - `refuse`: an error of a call, not of a task (usage, not found, another owner).
 */
export type Disposition =
  | 'retry'
  | 'deadLetter'
  | 'reject'
  | 'skip'
  | 'partial'
  | 'note'
  | 'wait'
  | 'interrupted'
  | 'pause'
  | 'cancel'
  | 'refuse'

/** Facts about one error, for its sentence: names, numbers, paths. JSON only. */
export type ErrorDetails = Readonly<Record<string, string | number | boolean | null | undefined>>

/** `null` is for commands alone: with these details none helps. */
type Wording<Said extends string | null> = string | ((d: ErrorDetails) => Said)

type Row = {
  readonly disposition: Disposition
  readonly message: (d: ErrorDetails) => string
  /** What is typed on the command line, where one command helps. */
  readonly command: ((d: ErrorDetails) => string | null) | null
}

const toFunction = <Said extends string | null>(wording: Wording<Said>): ((d: ErrorDetails) => Said | string) =>
  typeof wording === 'string' ? () => wording : wording

const row = (disposition: Disposition, message: Wording<string>, command?: Wording<string | null>): Row => ({
  disposition,
  message: toFunction(message),
  command: command === undefined ? null : toFunction(command),
})

const text = (value: ErrorDetails[string], otherwise: string): string =>
  value === undefined || value === null || value === '' ? otherwise : String(value)

/** A name that may be missing, with the blank before it. */
const after = (value: ErrorDetails[string]): string => (text(value, '') === '' ? '' : ` ${text(value, '')}`)
/** Which they are, where that is known. */
const listed = (value: ErrorDetails[string]): string => (text(value, '') === '' ? '' : `: ${text(value, '')}`)

const UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const

/** A size for people: `1536` gives `1.5 KiB`. */
export const formatBytes = (value: ErrorDetails[string]): string => {
  let size = Number(value)
  if (!Number.isFinite(size)) return 'an unknown size'
  let unit = 0
  while (Math.abs(size) >= 1024 && unit < UNITS.length - 1) {
    size /= 1024
    unit += 1
  }
  return `${unit === 0 ? String(size) : size.toFixed(1)} ${UNITS[unit] ?? 'bytes'}`
}

/** ` in 3 entries`; nothing where their number is not known. */
const inEntries = (count: ErrorDetails[string]): string =>
  typeof count === 'number' ? ` in ${count} ${count === 1 ? 'entry' : 'entries'}` : ''

/** A name as it can be typed into any shell: quoted where it is not one plain word, and left open where quotes would not hold it. */
const word = (value: ErrorDetails[string], otherwise: string): string => {
  const name = text(value, otherwise)
  if (/^[\w.-]+$/.test(name)) return name
  return /^[\p{L}\p{N} ._-]+$/u.test(name) ? `"${name}"` : otherwise
}

/** The remedy of what passes. */
const AGAIN = ' It is tried again by itself.'

const raise = (d: ErrorDetails): string => (d.setting ? ` To allow it, raise the setting ${String(d.setting)}.` : '')

/** How many figures were read, where that is counted. */
const figuresOf = (d: ErrorDetails): string =>
  typeof d.count !== 'number' ? 'Its figures were' : d.count === 1 ? 'One figure was' : `${d.count} figures were`

const leftOut = (d: ErrorDetails): string =>
  d.leftOutChars
    ? `${text(d.leftOutChars, '?')} characters were left out`
    : d.leftOut
      ? `about ${formatBytes(d.leftOut)} of ${formatBytes(d.actual)} were left out`
      : 'the rest was left out'

/** Every code, its disposition and its sentence: what happened and what to do. */
export const errorTable = {
  // Usage and the program itself
  USAGE: row(
    'refuse',
    (d) => text(d.reason, 'What was asked for was not understood.'),
    (d) => (d.reason ? null : 'sluice --help'),
  ),
  NOT_FOUND: row(
    'refuse',
    (d) => `There is no ${text(d.what, 'such item')} "${text(d.id, '')}". Check the name or list what exists.`,
  ),
  NOT_LOCKED: row('refuse', 'The document waits for no password. Look at its state.', 'sluice documents show DOCUMENT'),
  SETTING_INVALID: row(
    'refuse',
    (d) =>
      `"${text(d.value, '')}" is not possible for ${text(d.name, 'this setting')}: give a value from ${text(d.min, '?')} to ${text(d.max, '?')}${d.unit === 'bytes' ? ', for example 200MiB' : d.unit === 'ms' ? ', for example 30s or 5m' : ''}${d.managed ? ' (these bounds are set by your organization)' : ''}.${d.ambiguous ? ' A point before three digits can mean two things: write thousands without it.' : ''}`,
  ),
  SETTING_LOCKED: row('refuse', (d) =>
    d.broken
      ? `${text(d.name, 'This setting')} cannot be changed: the policy of your organization (${text(d.broken, 'its file')}) has a fault, and until that is mended every setting is fixed.`
      : `${text(d.name, 'This setting')} is set by your organization${d.organization ? ` (${text(d.organization, '')})` : ''} and cannot be changed here.`,
  ),
  SETTINGS_FILE_INVALID: row(
    'refuse',
    (d) =>
      `${text(d.path, 'The file')} cannot be imported (${text(d.reason, 'it is no file of settings')}). Nothing was changed.`,
  ),
  SETTINGS_FILE_NEWER: row(
    'refuse',
    (d) =>
      `${text(d.path, 'The file')} was written by a newer version of Sluice. Update Sluice to import it; nothing was changed.`,
  ),
  SERVICE_FAILED: row(
    'refuse',
    (d) =>
      `The system did not take the service (${text(d.reason, 'it gave no reason')}). Its file can be printed and put in place by hand.`,
    'sluice service print',
  ),
  SERVICE_FOREIGN: row(
    'refuse',
    (d) =>
      `${text(d.path, 'The file of the service')} was not made by Sluice, so it is left alone. Move it away first.`,
  ),
  DATA_DIR_MANAGED: row(
    'refuse',
    (d) =>
      `The data folder is set by your organization: it is ${text(d.managed, 'another one')}, and ${text(d.path, 'the one that was asked for')} cannot be used.`,
  ),
  SETTINGS_UNWRITABLE: row(
    'refuse',
    (d) => `The settings file${after(d.path)} could not be written (${text(d.reason, 'no permission')}).`,
  ),
  COLLECTION_EXISTS: row(
    'refuse',
    (d) => `A collection named "${text(d.name, '')}" already exists. Choose another name.`,
  ),
  COLLECTION_FILE_INVALID: row(
    'refuse',
    (d) =>
      `${text(d.path, 'The file')} is no file of the settings of a collection (${text(d.reason, 'not valid')}). Nothing was made.`,
  ),
  COLLECTION_FILE_NEWER: row(
    'refuse',
    (d) =>
      `${text(d.path, 'The file')} was written by a newer version of Sluice. Update Sluice to import it; nothing was made.`,
  ),
  JOB_STATE: row(
    'refuse',
    (d) => `The job is ${text(d.state, 'not in a state')} and cannot be ${text(d.verb, 'changed')}.`,
  ),
  INTERNAL_BUG: row(
    'deadLetter',
    (d) =>
      `An unexpected error in Sluice itself: ${text(d.reason, 'unknown')}. The log has the details; please report it.`,
  ),
  SHUTTING_DOWN: row('interrupted', 'Sluice is closing. The work goes on at the next start.'),
  INTERRUPTED: row('interrupted', 'The work was interrupted and is repeated.'),
  PAUSED: row('interrupted', 'A person paused it. It goes on when it is resumed.'),
  CANCELLED: row('cancel', 'Cancelled by a person.'),
  // Data folder, owner, store
  DATA_DIR_UNWRITABLE: row(
    'refuse',
    (d) =>
      `The data folder${d.path ? ` ${text(d.path, '')}` : ''} cannot be written (${text(d.reason, 'no permission')}). Give yourself write access, or choose another.`,
    'sluice --data-dir FOLDER',
  ),
  DATA_DIR_NEWER: row(
    'refuse',
    (d) =>
      `The data folder${after(d.path)} was written by a newer Sluice${d.theirs ? ` (version ${text(d.theirs, '')})` : ''}: its data is of version ${text(d.theirData, '?')}, and this Sluice reads up to version ${text(d.ourData, '?')}. Update this Sluice, or choose another folder. Nothing was changed.`,
    'sluice --data-dir FOLDER',
  ),
  DATA_DIR_MOVED: row(
    'refuse',
    (d) =>
      `The data folder${after(d.path)} was moved to ${text(d.to, 'another place')}. Start Sluice again; it goes there.`,
  ),
  DATA_DIR_AWAY: row(
    'refuse',
    (d) =>
      `The data folder was moved to ${text(d.to, 'another place')}, where nothing is now. Connect the disk it is on, and start again.`,
  ),
  DATA_DIR_ARRIVING: row(
    'refuse',
    (d) =>
      `${text(d.path, 'This folder')} holds an unfinished copy of the data folder${after(d.from)}, which is the one in use. Move it there once more to go on, or remove the copy.`,
  ),
  MOVE_INSIDE: row(
    'refuse',
    (d) =>
      `The data folder cannot be moved to ${text(d.path, 'there')}: one of the two would lie in the other. Choose a place beside ${text(d.from, 'it')}.`,
  ),
  MOVE_NOT_EMPTY: row(
    'refuse',
    (d) =>
      `The data folder cannot be moved to ${text(d.path, 'there')}: it is no empty folder. Choose one that is empty, or a new one.`,
  ),
  MOVE_READ_ONLY: row(
    'refuse',
    (d) =>
      `The data folder cannot be moved to ${text(d.path, 'there')}: that place cannot hold it (${text(d.reason, 'no permission')}).`,
  ),
  MOVE_NO_ROOM: row(
    'refuse',
    (d) =>
      `The data folder cannot be moved to ${text(d.path, 'there')}: there is too little room${d.limit ? ` (${formatBytes(d.actual)} free, ${formatBytes(d.limit)} needed)` : ''}. Nothing was changed.`,
  ),
  MOVE_IN_USE: row(
    'refuse',
    (d) =>
      `Another Sluice works with the data folder${after(d.path)}. Close it and try again, or move the folder in its settings.`,
  ),
  MOVE_UNDER_WAY: row(
    'refuse',
    () => 'The data folder is being moved, so nothing new is kept as a note until that is done. Add it again then.',
  ),
  MOVE_UNVERIFIED: row(
    'refuse',
    (d) =>
      `The copy of the data folder is not the same as the original (${text(d.path, 'a file')}: ${text(d.reason, 'it differs')}), so it is not used. The old folder is as it was. Look after the disk, or choose another.`,
  ),
  MOVE_FAILED: row(
    'refuse',
    (d) =>
      `The data folder could not be moved to ${text(d.path, 'there')} (${text(d.reason, 'the system gave no reason')}). The old one is as it was.`,
  ),
  MOVE_NOT_OPENED: row(
    'refuse',
    (d) => `The old data folder is kept until the new one${d.path ? `, ${text(d.path, '')},` : ''} was opened once.`,
  ),
  OLD_FOLDER_KEPT: row(
    'refuse',
    (d) =>
      `Nothing was removed: the old data folder${after(d.path)} is still there with all that was in it, so nothing could be proven. Remove the old data folder first, or remove without a proof.`,
    'sluice data remove-old',
  ),
  MOVE_DAMAGED: row(
    'refuse',
    (d) =>
      `${text(d.path, 'A file of a move')} cannot be read or leads in a circle. Put right the path in it, or remove it if that folder was never moved.`,
  ),
  REMOVE_IN_USE: row(
    'refuse',
    (d) =>
      `Another Sluice works with the data folder${after(d.path)}: a window, a command, or the service of the queue. Close it first. Nothing was removed.`,
    (d) => (d.service === true ? 'sluice service remove' : null),
  ),
  REMOVE_NOT_OURS: row(
    'refuse',
    (d) => `${text(d.path, 'The folder')} is not a data folder of Sluice, so nothing in it is removed.`,
  ),
  REMOVE_FAILED: row(
    'refuse',
    (d) =>
      `${text(d.path, 'Something')} could not be removed (${text(d.reason, 'the system gave no reason')}). Do it once more when that is mended: it goes on where it was.`,
  ),
  DATA_DIR_IN_USE: row(
    'refuse',
    (d) =>
      `Another Sluice works with the data folder${after(d.path)}. Close it first; only then can a backup be put back.`,
  ),
  // Updates
  UPDATE_OFF: row(
    'refuse',
    (d) =>
      `Your organization${d.organization ? ` (${text(d.organization, '')})` : ''} has turned updates from inside the program off. Newer versions come from there.`,
  ),
  UPDATE_NO_KEY: row('refuse', (d) =>
    d.reason
      ? `The key for updates cannot be used (${text(d.reason, '')}). Nothing was asked for. Whoever gave you this copy, or its policy, can mend that.`
      : 'This copy was built without a key for updates: it could not tell a true one from a false one. Get newer versions where you got this one.',
  ),
  UPDATE_NO_FEED: row('refuse', 'No feed is set for updates. Write its address in the settings, under Updates.'),
  UPDATE_FEED_INVALID: row(
    'refuse',
    (d) =>
      `${text(d.feed, 'This')} is no address of a feed (${text(d.reason, 'it cannot be read')}). It begins with https:// and holds neither a name nor a password.`,
  ),
  UPDATE_UNREACHABLE: row(
    'refuse',
    (d) =>
      `The feed for updates at ${text(d.host, 'its address')} gave no answer that can be used (${text(d.reason, 'no connection')}). Nothing was changed. Try again later.`,
  ),
  UPDATE_UNSIGNED: row(
    'refuse',
    (d) =>
      `The feed for updates at ${text(d.host, 'its address')} holds no signature of ${text(d.file, 'its file')}, so it is not believed. Nothing was changed.`,
  ),
  UPDATE_SIGNATURE: row(
    'refuse',
    (d) =>
      `The signature of ${text(d.file, 'the feed')} at ${text(d.host, 'its address')} is not of the key that this copy trusts. It was not read, and nothing was changed. Tell whoever keeps the feed: it may have been tampered with.`,
  ),
  UPDATE_UNREADABLE: row(
    'refuse',
    (d) =>
      `${text(d.file, 'The feed')} at ${text(d.host, 'its address')} cannot be used (${text(d.reason, 'it is none')}). Nothing was changed.`,
  ),
  UPDATE_ELSEWHERE: row(
    'refuse',
    (d) =>
      `The feed for updates at ${text(d.host, 'its address')} leads to another place (${text(d.other, '?')}). That is not followed, and nothing was changed.`,
  ),
  UPDATE_NO_PACKAGE: row(
    'refuse',
    (d) =>
      `The feed has version ${text(d.version, '?')}, but not for the way this copy was installed (${text(d.kind, '?')}). Get it where you got this one.`,
  ),
  UPDATE_INCOMPLETE: row(
    'refuse',
    (d) =>
      `The download of the update broke off (${text(d.reason, 'no connection')}) at ${formatBytes(d.actual)} of ${formatBytes(d.limit)}. What is there is kept: the next try goes on from it.`,
  ),
  UPDATE_DAMAGED: row(
    'refuse',
    (d) =>
      `What was downloaded from ${text(d.host, 'the feed')} is not what the feed promises (${text(d.reason, 'its checksum does not match')}). It was removed, and nothing was changed.`,
  ),
  UPDATE_NO_ROOM: row(
    'refuse',
    (d) =>
      `The disk of the data folder has too little room for the update${d.limit ? ` (${formatBytes(d.actual)} free, ${formatBytes(d.limit)} needed)` : ''}. Free some space and try again. The version you have is as it was.`,
  ),
  UPDATE_NOTHING: row('refuse', 'No newer version is at hand. Check for updates first.'),
  UPDATE_BUSY: row('refuse', 'An update is already being looked for, fetched or installed. Wait until that is done.'),
  UPDATE_IN_USE: row(
    'refuse',
    (d) =>
      `Another Sluice works with the data folder${after(d.path)}. Close it first; only then is the update installed.`,
  ),
  UPGRADE_NO_ROOM: row(
    'refuse',
    (d) =>
      `The disk of the data folder${after(d.path)} has too little room${d.limit ? ` (${formatBytes(d.actual)} free, ${formatBytes(d.limit)} needed)` : ''} to bring the data to another version, or back, and keep a backup of it. Free some space and start again. Nothing was changed.`,
  ),
  UPGRADE_FAILED: row(
    'refuse',
    (d) =>
      `The data folder${after(d.path)} could not be brought from data version ${text(d.from, '?')} to ${text(d.to, '?')} (${text(d.reason, 'unknown')}). Nothing was changed, and a backup is kept. Go on with the version of Sluice that you had, and please report it.`,
    'sluice data backups',
  ),
  BACKUP_UNUSABLE: row(
    'refuse',
    (d) =>
      `The backup "${text(d.id, '')}" cannot be put back (${text(d.reason, 'it is damaged')}). Nothing was changed. Choose another one.`,
    'sluice data backups',
  ),
  DATABASE_CORRUPT: row(
    'refuse',
    (d) =>
      `The database in ${text(d.path, 'the data folder')} is damaged (${text(d.reason, 'it cannot be read')}). Restore a backup of it, or choose another data folder and index the documents again.`,
    'sluice --data-dir FOLDER',
  ),
  DATABASE_BUSY: row('retry', 'The database was busy for too long. It is tried again.'),
  OWNER_BUSY: row('refuse', (d) =>
    d.upgrading
      ? `Another Sluice is bringing the data folder${after(d.path)} up to date, which takes long. Wait for it to end; closing it loses nothing, but it begins anew.`
      : `Another Sluice owns the data folder${after(d.path)} but does not answer. Wait for it to end, or close it.`,
  ),
  OWNER_LOST: row('retry', 'The Sluice that did the work went away. Another one takes over.'),
  OWNER_VERSION: row(
    'refuse',
    (d) =>
      `The Sluice that owns the data folder is version ${text(d.theirs, '?')}, this one is ${text(d.ours, '?')}. Close the other one, or use the same version.`,
  ),
  MESSAGE_TOO_LARGE: row(
    'refuse',
    (d) =>
      `The ${text(d.what, 'message')} is too large to pass between processes (${formatBytes(d.actual)} of ${formatBytes(d.limit)}). Ask for less at a time.`,
  ),
  ON_BATTERY: row(
    'pause',
    'Paused: the computer is on battery. It goes on by itself at the mains; to work on battery, turn off the setting power.pauseOnBattery.',
  ),
  MACHINE_BUSY: row(
    'pause',
    'Paused: other programs keep the computer busy. It goes on by itself when they are done; to work all the same, turn off the setting power.polite.',
  ),
  NETWORK_METERED: row(
    'pause',
    (d) =>
      `Waiting: this network costs by what goes through it, and ${text(d.provider, 'the model')} is on another computer. It goes on by itself on another network; to send all the same, set power.metered to no.`,
    'sluice settings set power.metered no',
  ),
  DISK_FULL: row(
    'pause',
    (d) => `The disk is full (${text(d.path, 'the data folder')}). Free some space; the work then goes on by itself.`,
  ),
  VECTORS_CONFLICT: row('retry', 'The vector index was busy with another write. It is tried again.'),
  VECTORS_CORRUPT: row(
    'refuse',
    (d) =>
      `The vector index is damaged (${text(d.reason, 'unreadable')}). Rebuild it (doctor): it is made again from the stored text. Until then documents are found by keyword.`,
    'sluice doctor --rebuild',
  ),
  VECTORS_MISSING: row(
    'partial',
    'The text is found by keyword, but its vectors are not finished. Resume or retry to finish them.',
  ),
  SUMMARY_MISSING: row('partial', 'The document is found, but its summary was not made. Retry to make it.'),
  // Intake
  PATH_MISSING: row('deadLetter', (d) => `"${text(d.path, '')}" does not exist. Check the path.`),
  SOURCE_UNMOUNTED: row('deadLetter', (d) =>
    d.what === 'taken'
      ? `The disk of "${text(d.path, 'the folder')}" is not there any more, or does not answer. What was read from it stays found. Connect it again, then retry.`
      : `"${text(d.path, 'The folder')}" is empty and on another disk than before, so nothing in it was taken for deleted. Connect the disk it was on and offer it again.`,
  ),
  FILE_UNREADABLE: row(
    'deadLetter',
    (d) =>
      `"${text(d.path, 'The file')}" cannot be read (${text(d.reason, 'no permission')}). Give yourself read access and retry.`,
  ),
  FILE_CHANGED: row(
    'retry',
    'The file changed or vanished while it was being read. It is tried again once it has settled.',
  ),
  FILE_BUSY: row(
    'retry',
    (d) => `The file cannot be opened right now (${text(d.reason, 'another program uses it')}). It is tried again.`,
  ),
  FILE_EMPTY: row('skip', 'The file is empty: there is nothing to find in it.'),
  NOT_A_FILE: row('skip', (d) => `It is ${text(d.kind, 'not a regular file')}, which cannot be indexed.`),
  FOLDER_LOOP: row('skip', 'The link leads back to a folder that was already read, so it was not followed.'),
  LINK_SKIPPED: row('skip', 'It is a symbolic link; links inside a folder are not followed. Offer its target itself.'),
  IGNORED: row('skip', (d) => `It was left out by ${text(d.rule, 'an ignore rule')}.`),
  OWN_DATA_FOLDER: row('skip', (d) => {
    if (d.what === 'moved')
      return `It is a data folder of Sluice that was moved to "${text(d.to, 'another place')}"; such a folder is never indexed.`
    if (d.what === 'word')
      return `It says where a data folder of Sluice was moved to ("${text(d.to, 'another place')}"), and is never indexed.`
    return d.what === 'other'
      ? 'It is a data folder of Sluice, a copy of one or a backup, which is never indexed.'
      : "It is Sluice's own data folder, which is never indexed."
  }),
  UNSUPPORTED_FORMAT: row('skip', (d) => `Files of this kind (${text(d.kind, 'unknown')}) are not supported yet.`),
  PROGRAM_MISSING: row(
    'skip',
    (d) =>
      `Files of this kind (${text(d.kind, 'unknown')}) are read with ${text(d.program, 'another program')}, which is not installed. Install it and retry, or save the file in a newer format.`,
  ),
  BINARY_FILE: row('skip', 'It is a binary file without readable text.'),
  FILE_TOO_LARGE: row(
    'reject',
    (d) =>
      `It has ${formatBytes(d.actual)}, more than the ${formatBytes(d.limit)} allowed for one document.${raise(d)}`,
  ),
  JOB_DOCUMENTS_LIMIT: row(
    'reject',
    (d) => `The job has more than ${text(d.limit, '?')} documents; the rest was left out.${raise(d)}`,
  ),
  JOB_INFLATED_LIMIT: row(
    'reject',
    (d) =>
      `The archives of the job would unpack to ${formatBytes(d.actual)}, more than the ${formatBytes(d.limit)} allowed for one job.${raise(d)}`,
  ),
  // Archives
  ARCHIVE_CORRUPT: row(
    'deadLetter',
    (d) => `The archive is damaged (${text(d.reason, 'unreadable')}). Get a fresh copy of it.`,
  ),
  ARCHIVE_TRUNCATED: row(
    'deadLetter',
    'The archive is cut off: its table of contents is missing. Get a complete copy.',
  ),
  ARCHIVE_ENCRYPTED: row(
    'deadLetter',
    'It is protected by the password of its archive. Enter that: everything in the archive that waits for it goes on.',
    'sluice documents password DOCUMENT',
  ),
  ARCHIVE_METHOD: row(
    'deadLetter',
    (d) =>
      `It is compressed or protected in a way that is not supported (${text(d.method, '?')}). Repack it with ordinary zip compression.`,
  ),
  ARCHIVE_ENTRY_CORRUPT: row(
    'deadLetter',
    (d) =>
      `The archive entry is damaged (${text(d.reason, 'its checksum does not match')}). Get a fresh copy of the archive.`,
  ),
  ARCHIVE_ENTRIES_LIMIT: row(
    'reject',
    (d) =>
      `The archive has ${text(d.actual, 'too many')} entries, more than the ${text(d.limit, '?')} allowed.${raise(d)}`,
  ),
  ARCHIVE_TOTAL_LIMIT: row('reject', (d) => `The archive unpacks to more than ${formatBytes(d.limit)}.${raise(d)}`),
  ARCHIVE_ENTRY_LIMIT: row('reject', (d) => `The entry unpacks to more than ${formatBytes(d.limit)}.${raise(d)}`),
  ARCHIVE_BOMB_RATIO: row(
    'reject',
    (d) =>
      `It unpacks to ${text(d.actual, 'far more')} times its size (allowed: ${text(d.limit, '?')}), as archive bombs do.${raise(d)}`,
  ),
  ARCHIVE_DEPTH_LIMIT: row('reject', (d) => `Archives are nested deeper than ${text(d.limit, '?')} levels.${raise(d)}`),
  ARCHIVE_OVERLAP: row('reject', 'Entries of the archive overlap each other, as archive bombs do.'),
  ARCHIVE_DUPLICATE_NAME: row(
    'reject',
    (d) =>
      `Another entry of the archive has the same name, but for capitals or accents ("${text(d.name, '')}"), so only the first was read.${raise(d)}`,
  ),
  ARCHIVE_PATH_TRAVERSAL: row('reject', (d) => `The entry name "${text(d.name, '')}" points outside the archive.`),
  ARCHIVE_BAD_NAME: row('reject', (d) => `The entry name is not acceptable (${text(d.reason, 'control characters')}).`),
  ARCHIVE_SYMLINK: row('reject', 'The entry is a symbolic link, which archives can abuse; it was not followed.'),
  ARCHIVE_HARD_LINK: row(
    'reject',
    'The entry is another name for a file elsewhere (a hard link), which archives can abuse; it was not followed.',
  ),
  ARCHIVE_SPECIAL: row('reject', 'The entry is a device or another special file.'),
  ARCHIVE_CONFIRM: row(
    'wait',
    (d) =>
      `It unpacks to ${formatBytes(d.actual)}${inEntries(d.entries)}, more than ${formatBytes(d.limit)}. Confirm the job to go on.${raise(d)}`,
    'sluice jobs confirm JOB',
  ),
  PASSWORD_WRONG: row(
    'deadLetter',
    'The password does not open it. Enter another one.',
    'sluice documents password DOCUMENT',
  ),
  ARCHIVE_CUT_OFF: row('partial', (d) =>
    d.all
      ? 'The archive is cut off in its table of contents. All its entries could be found without it.'
      : `The archive is cut off (${text(d.reason, 'its end is missing')}). What is whole of it was read (${d.bytes ? formatBytes(d.bytes) : `entries: ${text(d.entries, '?')}`}). Get a complete copy.`,
  ),
  ARCHIVE_EXTRA_BYTES: row(
    'partial',
    (d) =>
      `The file has ${formatBytes(d.bytes)} ${text(d.where, 'before or after')} the archive in it, which were not read. The archive itself was.`,
  ),
  // Documents
  PDF_ENCRYPTED: row(
    'deadLetter',
    'The PDF is protected by a password. Enter it: it is then read and indexed.',
    'sluice documents password DOCUMENT',
  ),
  DOCUMENT_ENCRYPTED: row(
    'deadLetter',
    'The document is protected by a password. Enter it: it is then read and indexed.',
    'sluice documents password DOCUMENT',
  ),
  DOCUMENT_CORRUPT: row(
    'deadLetter',
    (d) => `The document is damaged and could not be read (${text(d.reason, 'unreadable').replace(/\.$/, '')}).`,
  ),
  DOCUMENT_NO_TEXT: row(
    'skip',
    (d) => `No text was found in the document (${text(d.reason, 'it may be scanned images only')}).`,
  ),
  IMAGE_PIXELS_LIMIT: row(
    'reject',
    (d) =>
      `The picture has ${text(d.actual, 'too many')} million pixels, more than the ${text(d.limit, '?')} million allowed.${raise(d)}`,
  ),
  IMAGE_FRAMES_LIMIT: row(
    'partial',
    (d) => `Only the first ${text(d.limit, '?')} of ${text(d.actual, '?')} pictures in the file were read.${raise(d)}`,
  ),
  IMAGE_ANIMATED: row('note', (d) => `Of ${text(d.actual, 'several')} pictures of an animation, the first was read.`),
  OCR_MISSING: row(
    'partial',
    (d) =>
      `The text of ${text(d.count, 'some')} picture(s) in it is not read yet (OCR); the rest is found. Resume or retry to finish.`,
  ),
  OCR_FAILED: row(
    'partial',
    (d) =>
      `The text of ${text(d.count, 'some')} picture(s) in it could not be read (${text(d.reason, 'OCR failed')})${d.pages ? `: page ${text(d.pages, '')}` : ''}; the rest is found.`,
  ),
  VISION_READ: row(
    'note',
    (d) => `Read by the model ${text(d.model, '?')} of the provider "${text(d.provider, '?')}".`,
  ),
  VISION_FALLBACK: row(
    'note',
    (d) =>
      `Read by OCR, not by the model of the provider "${text(d.provider, '?')}": ${text(d.reason, 'it could not be asked')}.`,
  ),
  FIGURE_READ: row(
    'note',
    (d) =>
      `${figuresOf(d)} read by the model ${text(d.model, '?')} of the provider "${text(d.provider, '?')}", beside its own text.`,
  ),
  FIGURE_FALLBACK: row(
    'note',
    (d) =>
      `${figuresOf(d)} read by OCR, not by the model of the provider "${text(d.provider, '?')}": ${text(d.reason, 'it could not be asked')}.`,
  ),
  FIGURES_LIMIT: row(
    'note',
    (d) =>
      `The first ${text(d.limit, '?')} of ${text(d.actual, '?')} figures were read by the model; the text of the document is whole.${raise(d)}`,
  ),
  FIGURES_IN_PART: row(
    'note',
    (d) =>
      `Of the very many pictures on a page (page ${text(d.pages, '?')}) only the ${text(d.limit, '?')} largest were looked at for figures: what is put together of more was read in part; the text of the document is whole.`,
  ),
  FIGURES_LEFT_OUT: row(
    'note',
    (d) =>
      `${text(d.count, 'Some')} figure(s)${d.pages ? ` (page ${text(d.pages, '?')})` : d.names ? ` (${text(d.names, '')})` : ''} were not read (${text(d.reason, 'they could not be')}); the text of the document is whole.${raise(d)}`,
  ),
  VISION_CUT: row(
    'partial',
    (d) =>
      `The text of a picture${d.pages ? ` (page ${text(d.pages, '')})` : ''} is longer than the model may write, so its end was left out. To allow it, raise visionTokens of the provider "${text(d.provider, '?')}".`,
  ),
  VISION_REFUSED: row(
    'deadLetter',
    (d) => `The vision model of the provider "${text(d.provider, '?')}" would not read it.`,
  ),
  VISION_MISSING: row(
    'refuse',
    'No provider that reads pictures is chosen. Choose one among the models first.',
    'sluice providers update NAME --vision-model MODEL --vision',
  ),
  OCR_PAGE_TIME: row(
    'partial',
    (d) =>
      `Reading a picture of text took longer than ${text(d.limit, '?')} seconds${d.pages ? ` (page ${text(d.pages, '')})` : ''}, so it was left out.${raise(d)}`,
  ),
  DOCUMENT_BOMB: row(
    'reject',
    (d) =>
      `The document ${text(d.reason, `unpacks to ${text(d.actual, 'far more')} times its size`)}, as bombs do.${raise(d)}`,
  ),
  PDF_PAGES_LIMIT: row(
    'partial',
    (d) => `Only the first ${text(d.limit, '?')} of ${text(d.actual, '?')} pages were read.${raise(d)}`,
  ),
  PDF_PAGE_UNREADABLE: row('partial', (d) => `${text(d.count, 'Some')} page(s) could not be read${listed(d.pages)}.`),
  PDF_PAGE_TIME: row(
    'partial',
    (d) =>
      `${text(d.count, 'Some')} page(s) took longer than ${text(d.limit, '?')} seconds each; what was read of them until then is found${listed(d.pages)}.${raise(d)}`,
  ),
  PDF_PAGES_WITHOUT_TEXT: row(
    'partial',
    (d) =>
      `${text(d.count, 'Some')} page(s) have images but no text (scanned?), so they cannot be found${listed(d.pages)}.`,
  ),
  TIME_LIMIT: row(
    'partial',
    (d) => `Reading was stopped after ${text(d.limit, '?')} seconds; what was read until then is found.${raise(d)}`,
  ),
  EXECUTABLE_FILE: row(
    'reject',
    (d) => `It is ${text(d.kind, 'a program')}, not a document. Programs are never opened.`,
  ),
  POLYGLOT_FILE: row(
    'reject',
    (d) =>
      `It is two things at once, ${text(d.kind, 'a document')} and ${text(d.other, 'an archive')}, as files are made to deceive. Save what you need from it as a file of its own.`,
  ),
  KIND_MISMATCH: row(
    'note',
    (d) =>
      `Its name says ${text(d.named, 'something else')}, its content is ${text(d.kind, '?')}; it was read as that.`,
  ),
  TEXT_LIMIT: row(
    'partial',
    (d) => `Only the first ${text(d.limit, '?')} characters were read; ${leftOut(d)}.${raise(d)}`,
  ),
  CHUNKS_LIMIT: row(
    'partial',
    (d) => `Only the first ${text(d.limit, '?')} passages were kept; ${leftOut(d)}.${raise(d)}`,
  ),
  DOCUMENT_PART_UNREADABLE: row(
    'partial',
    (d) => `${text(d.count, 'Some')} part(s) of the document are damaged and were left out${listed(d.parts)}.`,
  ),
  TEXT_UNDECODABLE: row(
    'partial',
    (d) => `${text(d.count, 'Some')} byte(s) could not be decoded as ${text(d.encoding, 'text')} and were replaced.`,
  ),
  // Mail
  MAIL_PARTS_LIMIT: row(
    'partial',
    (d) => `Only the first ${text(d.limit, '?')} of ${text(d.actual, '?')} parts of the mail were read.${raise(d)}`,
  ),
  MAIL_DEPTH_LIMIT: row(
    'partial',
    (d) => `Mails within mails were read ${text(d.limit, '?')} levels deep; what is deeper was left out.${raise(d)}`,
  ),
  MAIL_HEADER_LIMIT: row(
    'partial',
    (d) => `The header of the mail is longer than ${formatBytes(d.limit)}; the rest of it was read as text.${raise(d)}`,
  ),
  MAIL_TRUNCATED: row('partial', 'The mail is cut off: its last part has no end. What is there was read.'),
  MAIL_ENCRYPTED: row(
    'partial',
    'The text of the mail is encrypted, or wrapped in its signature (S/MIME or PGP), so only its subject and addresses were read. Save a decrypted copy and offer that.',
  ),
  MAIL_PART_SKIPPED: row('note', (d) => `It was left out: ${text(d.reason, 'it holds nothing to find')}.`),
  // Workers
  WORKER_MEMORY: row(
    'deadLetter',
    (d) => `Reading it took more than ${formatBytes(d.limit)} of memory, so the worker was stopped.${raise(d)}`,
  ),
  WORKER_TIMEOUT: row(
    'deadLetter',
    (d) => `Reading it took longer than ${text(d.limit, '?')} seconds, so the worker was stopped.${raise(d)}`,
  ),
  WORKER_STALLED: row(
    'deadLetter',
    (d) => `The worker that read it gave no sign of life for ${text(d.limit, '?')} seconds and was stopped.${raise(d)}`,
  ),
  WORKER_CRASHED: row('deadLetter', (d) => `The worker that read it crashed (${text(d.reason, 'no reason given')}).`),
  WORKER_POISON: row(
    'deadLetter',
    (d) =>
      `Each time it was read, the process that read it ended${d.reason ? ` (${text(d.reason, '')})` : ''}, although nothing else ran in it. It was set aside so that everything else goes on.`,
  ),
  HOST_DIED: row(
    'interrupted',
    'A worker process ended while several tasks were running in it; each is repeated alone.',
  ),
  HOST_START_FAILED: row('retry', (d) => `A worker process could not be started (${text(d.reason, 'unknown')}).`),
  HOST_UNAVAILABLE: row(
    'pause',
    (d) =>
      `The worker processes for ${text(d.work, 'this work')} failed ${text(d.failures, 'several')} times in a row (${text(d.reason, 'unknown')}), so they are left alone for a while. It is tried again by itself${d.retryAt ? ` at ${text(d.retryAt, '')}` : ''}.`,
  ),
  TEMP_DISK_LIMIT: row(
    'reject',
    (d) => `It needs more than ${formatBytes(d.limit)} of temporary disk space.${raise(d)}`,
  ),
  // Model
  MODEL_MISSING: row(
    'pause',
    (d) =>
      `The embedding model is missing${d.path ? ` (${text(d.path, '')})` : ''}. Reinstall Sluice. In a checkout the next start builds it.`,
  ),
  MODEL_CORRUPT: row(
    'pause',
    (d) =>
      `The embedding model is damaged (${text(d.reason, 'its checksum does not match')}). Reinstall Sluice. In a checkout, delete ${text(d.path, 'it')}: the next start builds it.`,
  ),
  MODEL_FOLDER_MISSING: row(
    'pause',
    (d) =>
      `The folder of the model, ${text(d.path, '?')}, cannot be opened (${text(d.reason, 'it is not there')}). Attach its disk, or name another folder.`,
    'sluice providers update NAME --folder FOLDER',
  ),
  MODEL_FOLDER_INCOMPLETE: row(
    'pause',
    (d) =>
      `The folder of the model, ${text(d.path, '?')}, lacks "${text(d.file, '?')}". Fetch the model anew; it needs config.json, tokenizer.json and an ONNX file.`,
  ),
  MODEL_FOLDER_DAMAGED: row(
    'pause',
    (d) =>
      `The model in ${text(d.path, '?')} cannot be read: ${text(d.reason, 'it is damaged')}. Fetch it anew, then test it.`,
    'sluice providers test NAME',
  ),
  MODEL_UNSUPPORTED: row(
    'pause',
    (d) => `The model in ${text(d.path, '?')} cannot be used here: ${text(d.reason, 'it is of another kind')}.`,
  ),
  MODEL_TOO_LARGE: row(
    'pause',
    (d) =>
      `The model in ${text(d.path, '?')} needs ${d.actual ? `about ${formatBytes(d.actual)}` : 'more memory than it may take'}, and its process may take ${formatBytes(d.limit)}.${raise(d)}`,
  ),
  MODEL_FOLDER_CHANGED: row(
    'retry',
    (d) =>
      `The files in ${text(d.path, '?')} are others than before${d.to ? ` (${text(d.from, '?')} is ${text(d.to, '?')} now)` : ''}: vectors of before are not compared with theirs.`,
  ),
  MODEL_FOLDER_UNREAD: row(
    'pause',
    (d) => `The model in ${text(d.path, '?')} has not been looked at on this computer. Test it first.`,
    (d) => `sluice providers test ${word(d.name, 'NAME')}`,
  ),
  EMBEDDING_INVALID: row(
    'retry',
    (d) => `The embedding model gave an unusable answer (${text(d.reason, 'wrong shape')}).`,
  ),
  PROVIDER_UNAVAILABLE: row(
    'pause',
    (d) =>
      `The provider "${text(d.provider, '?')}" failed ${text(d.failures, 'several')} times in a row (${text(d.reason, 'unknown')}), so it is left alone for a while. It is tried again by itself${d.retryAt ? ` at ${text(d.retryAt, '')}` : ''}.`,
  ),
  // Providers
  PROVIDER_UNKNOWN: row(
    'pause',
    (d) => `There is no provider "${text(d.name, '')}". Look at those there are, or add it.`,
    'sluice providers list',
  ),
  PROVIDER_FORBIDDEN: row(
    'pause',
    (d) =>
      `Your organization${d.organization ? ` (${text(d.organization, '')})` : ''} does not allow the provider "${text(d.name, '')}"${d.host ? ` at ${text(d.host, '')}` : ''}${d.broken ? `: its policy (${text(d.broken, '')}) has a fault, and until that is mended none is allowed` : ''}.`,
  ),
  PROVIDER_EXISTS: row('refuse', (d) => `A provider named "${text(d.name, '')}" already exists. Choose another name.`),
  PROVIDER_IN_USE: row(
    'refuse',
    (d) =>
      `The provider "${text(d.name, '')}" is in use: ${text(d.users, 'something needs it')}. Choose another model there first, or remove it all the same.`,
    (d) => `sluice providers remove ${word(d.name, 'NAME')} --force`,
  ),
  PROVIDER_INVALID_SETTING: row(
    'refuse',
    (d) =>
      `The provider "${text(d.name, '?')}" cannot be like that: ${text(d.reason, 'something in it is not possible')}.`,
  ),
  PROVIDERS_UNREADABLE: row(
    'pause',
    (d) =>
      `The file of providers${after(d.path)} cannot be used (${text(d.reason, 'damaged')}). Mend it, or move it away and add the providers again. The built-in model works meanwhile.`,
  ),
  PROVIDERS_UNWRITABLE: row(
    'refuse',
    (d) => `The file${after(d.path)} could not be written (${text(d.reason, 'no permission')}).`,
  ),
  PROVIDER_KEY_MISSING: row(
    'pause',
    (d) =>
      `The provider "${text(d.provider, '?')}" needs a key. Give it, or set the variable ${text(d.variable, 'of its name')}.`,
    (d) => `sluice providers update ${word(d.provider, 'NAME')} --key`,
  ),
  PROVIDER_KEY_UNREADABLE: row(
    'pause',
    (d) =>
      `The key of the provider "${text(d.provider, '?')}" cannot be read (${text(d.reason, 'the keychain does not open it')}). Give it again.`,
    (d) => `sluice providers update ${word(d.provider, 'NAME')} --key`,
  ),
  PROVIDER_REFUSED: row(
    'pause',
    (d) =>
      `The provider "${text(d.provider, '?')}" refused the request (${text(d.status, 'no rights')}${d.reason ? `: ${text(d.reason, '')}` : ''}). Check its key and what the key may do, then test it.`,
    (d) => `sluice providers test ${word(d.provider, 'NAME')}`,
  ),
  PROVIDER_MODEL_MISSING: row(
    'pause',
    (d) =>
      `The provider "${text(d.provider, '?')}" does not have what was asked for (${text(d.status, '404')}${d.reason ? `: ${text(d.reason, '')}` : ''}). Check its address and its model.`,
  ),
  PROVIDER_REQUEST: row(
    'deadLetter',
    (d) =>
      `The provider "${text(d.provider, '?')}" does not accept this request (${text(d.status, '400')}${d.reason ? `: ${text(d.reason, '')}` : ''}).`,
  ),
  PROVIDER_RATE_LIMIT: row(
    'retry',
    (d) =>
      `The provider "${text(d.provider, '?')}" asks for patience (429${d.reason ? `: ${text(d.reason, '')}` : ''}).${AGAIN}`,
  ),
  PROVIDER_UNREACHABLE: row(
    'retry',
    (d) => `The provider "${text(d.provider, '?')}" cannot be reached (${text(d.reason, 'no connection')}).${AGAIN}`,
  ),
  PROVIDER_TIMEOUT: row(
    'retry',
    (d) => `The provider "${text(d.provider, '?')}" did not answer within ${text(d.limit, '?')} seconds.${AGAIN}`,
  ),
  PROVIDER_FAILED: row(
    'retry',
    (d) =>
      `The provider "${text(d.provider, '?')}" failed (${text(d.status, '500')}${d.reason ? `: ${text(d.reason, '')}` : ''}).${AGAIN}`,
  ),
  PROVIDER_INVALID: row(
    'retry',
    (d) =>
      `The provider "${text(d.provider, '?')}" gave an unusable answer (${text(d.reason, 'not what was asked for')}).`,
  ),
  PROVIDER_BROKE_OFF: row(
    'refuse',
    (d) =>
      `The answer of the provider "${text(d.provider, '?')}" broke off (${text(d.reason, 'no connection')}). Ask again.`,
  ),
  BUDGET_EXCEEDED: row(
    'pause',
    (d) =>
      `The ${text(d.period, 'daily')} budget of the provider "${text(d.provider, '?')}" ${d.needed === undefined ? 'is used up' : `would be passed by the next request, of about ${text(d.needed, '?')}${after(d.unit)}`} (${text(d.used, '?')} of ${text(d.limit, '?')}${after(d.unit)}${d.needed === undefined ? '' : ' used'}). ${d.retryAt ? `Wait until ${text(d.retryAt, '')}, raise it, or ` : 'Raise it, or '}${d.purpose === 'vision' ? 'read pictures on this computer from now on' : 'go on with the built-in model'}.`,
    (d) =>
      `sluice providers update ${word(d.provider, 'NAME')} --field ${d.isOwn === true ? 'visionBudgets' : 'budgets'}.${text(d.budgetPeriod, 'day')}.${d.unit === 'tokens' ? 'tokens' : 'usd'}=NUMBER`,
  ),
  BUDGET_MANAGED: row(
    'pause',
    (d) =>
      `The next request to the provider "${text(d.provider, '?')}", of about ${text(d.needed, '?')}${after(d.unit)}, would pass what your organization allows for all providers together (${text(d.used, '?')} of ${text(d.limit, '?')}${after(d.unit)} used, ${text(d.period, 'daily')} budget). ${d.retryAt ? `Wait until ${text(d.retryAt, '')}, or from now on` : 'From now on'} ${d.purpose === 'vision' ? 'read pictures on this computer' : 'use the built-in model'}.`,
  ),
  SUMMARY_EMPTY: row('refuse', 'There is no text to summarize: nothing of it is indexed.'),
  SUMMARY_TIMEOUT: row(
    'deadLetter',
    (d) => `Its summary took longer than ${text(d.limit, '?')} seconds, so it was given up.${raise(d)}`,
  ),
  CHAT_MISSING: row(
    'refuse',
    'No chat model is configured. Add a provider that writes, or ask without one.',
    'sluice providers add NAME --chat-model MODEL --chat',
  ),
  MODEL_CHANGED: row(
    'deadLetter',
    (d) =>
      `The vectors of the collection "${text(d.name, '?')}" are of the model ${text(d.from, '?')}, and "${text(d.ref, 'local')}" is ${text(d.to, 'another one')} now. Its text is found by keyword. They are made anew once you agree.`,
    (d) => `sluice collections update ${word(d.name, 'NAME')} --model ${word(d.ref, 'local')}`,
  ),
  TEXT_OUTDATED: row(
    'note',
    (d) =>
      `${text(d.documents, 'Some')} document(s) of the collection "${text(d.name, '?')}" were read by an earlier version of Sluice. They are found as before, and are read anew once you agree.`,
    (d) => `sluice collections rebuild ${word(d.name, 'NAME')}`,
  ),
  TEXT_CURRENT: row(
    'refuse',
    (d) =>
      `Every document of the collection "${text(d.name, '?')}" was read by this version of Sluice. There is nothing to do.`,
  ),
  REBUILD_UNREACHABLE: row(
    'retry',
    (d) =>
      `The model "${text(d.ref, '?')}" cannot be used right now (${text(d.reason, 'unknown')}). Searches go on with the model there is.`,
  ),
  REBUILD_SAME_MODEL: row(
    'refuse',
    (d) => `The collection "${text(d.name, '?')}" uses the model${after(d.model)} already.`,
  ),
  REBUILD_RUNNING: row(
    'refuse',
    (d) =>
      `A change of the model of "${text(d.name, '?')}" is under way (job ${text(d.job, '?')}). Wait for it, or cancel that job.`,
  ),
  SEARCH_QUERY_EMPTY: row(
    'refuse',
    'The query has no word to search for: signs and emoji alone are not searched. Type at least one word.',
  ),
  // The window
  ALREADY_OPEN: row(
    'refuse',
    (d) => `Sluice is already open on the data folder${after(d.path)}. Its window comes to the front.`,
  ),
  ORIGINAL_MISSING: row(
    'refuse',
    (d) =>
      `"${text(d.path, 'The original')}" is no longer where it was when it was indexed. What was read from it can still be searched.`,
  ),
  ORIGINAL_INSIDE: row(
    'refuse',
    (d) => `"${text(d.path, 'The document')}" is inside an archive: it has no file of its own.`,
  ),
  ORIGINAL_UNOPENED: row(
    'refuse',
    (d) => `"${text(d.path, 'The original')}" could not be opened (${text(d.reason, 'no program for it')}).`,
  ),
  NOTE_EMPTY: row('refuse', 'There is no text to add.'),
  NOTE_TOO_LARGE: row(
    'refuse',
    (d) =>
      `It has more than the ${formatBytes(d.limit)} allowed for what is dropped or pasted without a file. Save it as a file and add that.`,
  ),
  FILE_UNWRITABLE: row(
    'refuse',
    (d) =>
      `"${text(d.path, 'The file')}" could not be written (${text(d.reason, 'no permission')}). Choose another place.`,
  ),
  // Installing another version
  UPDATE_INSTALLING: row('refuse', 'An update is being installed at this moment. Wait until it is done.'),
  UPDATE_CANCELLED: row('refuse', 'Nothing was installed: the question for the password was answered with no.'),
  UPDATE_NO_RIGHTS: row(
    'refuse',
    (d) =>
      `"${text(d.path, 'The package')}" could not be installed: it takes the rights of an administrator (${text(d.reason, 'they were not given')}). Nothing was changed.`,
  ),
  UPDATE_INSTALL_FAILED: row(
    'refuse',
    (d) =>
      `"${text(d.path, 'The package')}" could not be installed (${text(d.reason, 'no reason was given')}). The version that was there stays.`,
  ),
  UPDATE_BY_HAND: row(
    'refuse',
    (d) =>
      `Sluice was not installed from a package here, so it does not replace itself. "${text(d.path, 'The package')}" has the other version: install it as you installed this one.`,
  ),
  UPDATE_NO_WAY_BACK: row(
    'refuse',
    (d) =>
      `Going back to version ${text(d.version, '?')} is not possible from here (${text(d.reason, 'its package is not there')}). Get that version where you got this one, and install it over this one.`,
  ),
} as const satisfies Record<string, Row>

/** Every error code, SCREAMING_SNAKE. */
export type ErrorCode = keyof typeof errorTable

/** A budget is used up, that of a provider or that of an organization: what it still has room for may be done. */
export const BUDGET_CODES: readonly ErrorCode[] = ['BUDGET_EXCEEDED', 'BUDGET_MANAGED']

export const errorCodes = Object.keys(errorTable) as readonly ErrorCode[]

export const isErrorCode = (value: unknown): value is ErrorCode =>
  typeof value === 'string' && Object.hasOwn(errorTable, value)

/** What an error of this code leads to. */
export const dispositionOf = (code: ErrorCode): Disposition => errorTable[code].disposition

/** Whether trying again, with nothing changed, can help. */
export const isTransient = (code: ErrorCode): boolean => {
  const disposition = dispositionOf(code)
  return disposition === 'retry' || disposition === 'interrupted' || disposition === 'pause'
}

/** What happened, without the remedy: to be quoted within another sentence, which has a remedy of its own. */
export const reasonOf = ({ message }: Pick<AppError, 'message'>): string =>
  (message.endsWith(AGAIN) ? message.slice(0, -AGAIN.length) : message).replace(/\.$/, '')

/** The sentence for a person: what happened and what to do. The same in window, report and command line; it names no command. */
export const sentenceOf = (code: ErrorCode, details: ErrorDetails = {}): string =>
  errorTable[code].message(withSystemReason(details, 'en'))

/**
 * The facts `reason` and `because` of an error that another one led to: its sentence to be quoted, and from what it is made, for who quotes it in
 * another language.
 */
export const quoteOf = (
  { code, details }: Pick<AppError, 'code' | 'details'>,
  reason: string = reasonOf({ message: sentenceOf(code, details) }),
): { reason: string; because: string } => ({ reason, because: JSON.stringify({ code, details }) })

/** A code with its facts and the sentence that they make: as it is told to whoever asked. */
export const told = <C extends ErrorCode>(
  code: C,
  details: ErrorDetails = {},
): { code: C; message: string; details: ErrorDetails } => ({ code, message: sentenceOf(code, details), details })

/** The same of what may have no code. */
export const toldMaybe = (
  code: ErrorCode | null,
  details: ErrorDetails = {},
): { code: ErrorCode | null; message: string | null; details?: ErrorDetails } =>
  code === null ? { code, message: null } : told(code, details)

/** The command that helps, as it is typed; `null` where none does. Words in capitals stand for what the details do not name. */
export const commandOf = (code: ErrorCode, details: ErrorDetails = {}): string | null =>
  errorTable[code].command?.(details) ?? null

/** An error as plain JSON, for borders between processes, threads and the database. */
export type ErrorRecord = { code: ErrorCode; details: ErrorDetails; message: string; stack?: string | undefined }

/** The only error class of the product. `code` decides everything; `details` fill its sentence. */
export class AppError extends Error {
  readonly code: ErrorCode
  readonly details: ErrorDetails
  constructor(code: ErrorCode, details: ErrorDetails = {}, options: { cause?: unknown } = {}) {
    super(sentenceOf(code, details), options)
    this.name = 'AppError'
    this.code = code
    this.details = details
  }
}

/** Turns whatever was thrown into an `AppError`; what is not one becomes `INTERNAL_BUG` with its reason. */
export const toAppError = (thrown: unknown): AppError =>
  thrown instanceof AppError
    ? thrown
    : new AppError(
        'INTERNAL_BUG',
        { reason: thrown instanceof Error ? thrown.message : String(thrown) },
        { cause: thrown },
      )

/** The plain record of an error, for a border. */
export const toErrorRecord = (thrown: unknown): ErrorRecord => {
  const error = toAppError(thrown)
  const cause = error.cause instanceof Error ? `\ncaused by ${error.cause.stack ?? error.cause.message}` : ''
  return { code: error.code, details: error.details, message: error.message, stack: `${error.stack ?? ''}${cause}` }
}

/** The error of a record that came over a border. */
export const fromErrorRecord = (record: ErrorRecord): AppError => {
  const error = new AppError(record.code, record.details)
  if (record.stack) error.stack = record.stack
  return error
}
