/**
 * Owns the German sentence of every error code, for the window: what happened and what to do, from the same details as the English one.
 * Refuses: what an error leads to; errors.ts decides that. A code without a sentence is a type error. Over 300 lines: one table.
 */
import { formatBytes, isErrorCode, type ErrorCode, type ErrorDetails } from './errors'
import { toGermanPhrase } from './phrases-de'
import { withSystemReason } from './system-reasons'
import { formatSetting, isSettingUnit } from './setting-format'

type Said = string | ((d: ErrorDetails) => string)

const text = (value: ErrorDetails[string], otherwise: string): string =>
  value === undefined || value === null || value === '' ? otherwise : String(value)

/** A name that may be missing, with the blank before it. */
const after = (value: ErrorDetails[string]): string => (text(value, '') === '' ? '' : ` ${text(value, '')}`)
/** Which they are, where that is known. */
const listed = (value: ErrorDetails[string]): string => (text(value, '') === '' ? '' : `: ${text(value, '')}`)

/** As formatBytes, with a comma. */
const size = (value: ErrorDetails[string]): string =>
  Number.isFinite(Number(value)) ? formatBytes(value).replace('.', ',').replace('bytes', 'Bytes') : 'unbekannte Größe'

/** What a budget is counted in. */
const budgetUnit = (unit: ErrorDetails[string]): string => (unit === 'tokens' ? ' Token' : after(unit))

/** A bound of a setting in its unit; `said`: as the engine wrote it. */
const bound = (value: ErrorDetails[string], unit: ErrorDetails[string], said: ErrorDetails[string]): string =>
  typeof value === 'number' && isSettingUnit(unit) ? formatSetting(value, unit, 'de') : text(said, '?')

/** A moment (ISO-8601) as this computer's clock shows it. */
const saidOf = (moment: ErrorDetails[string], say: (at: Date) => string): string => {
  const at = new Date(String(moment))
  return Number.isNaN(at.getTime()) ? text(moment, '?') : say(at)
}
/** Of today. */
const timeOf = (moment: ErrorDetails[string]): string =>
  saidOf(moment, (at) => `um ${at.toLocaleTimeString('de-DE')} Uhr`)
const momentOf = (moment: ErrorDetails[string]): string =>
  saidOf(moment, (at) => at.toLocaleString('de-DE', { dateStyle: 'medium', timeStyle: 'short' }))

const raise = (d: ErrorDetails): string =>
  d.setting ? ` Um das zu erlauben, die Einstellung ${String(d.setting)} erhöhen.` : ''

const AGAIN = ' Es wird von selbst noch einmal versucht.'

const inEntries = (count: ErrorDetails[string]): string =>
  typeof count === 'number' ? ` in ${count} ${count === 1 ? 'Eintrag' : 'Einträgen'}` : ''

const figuresOf = (d: ErrorDetails): string =>
  typeof d.count !== 'number'
    ? 'Die Abbildungen wurden'
    : d.count === 1
      ? 'Eine Abbildung wurde'
      : `${d.count} Abbildungen wurden`

const leftOut = (d: ErrorDetails): string =>
  d.leftOutChars
    ? `${text(d.leftOutChars, '?')} Zeichen blieben weg`
    : d.leftOut
      ? `etwa ${size(d.leftOut)} von ${size(d.actual)} blieben weg`
      : 'der Rest blieb weg'

const because = (d: ErrorDetails): string => (d.reason ? `: ${text(d.reason, '')}` : '')
const onPages = (d: ErrorDetails): string => (d.pages ? ` (Seite ${text(d.pages, '')})` : '')
const provider = (d: ErrorDetails): string => `Der Anbieter „${text(d.provider, '?')}“`
const ofProvider = (d: ErrorDetails): string => `des Anbieters „${text(d.provider, '?')}“`

const periods: Readonly<Record<string, string>> = {
  daily: 'Tagesbudget',
  monthly: 'Monatsbudget',
  "job's": 'Budget des Auftrags',
}
const whats: Readonly<Record<string, string>> = {
  document: 'kein Dokument',
  collection: 'keine Sammlung',
  job: 'keinen Auftrag',
  task: 'keine Aufgabe',
  provider: 'keinen Anbieter',
}
const jobStates: Readonly<Record<string, string>> = {
  awaiting_confirmation: 'wartet auf eine Entscheidung',
  queued: 'wartet in der Schlange',
  running: 'läuft',
  paused: 'ist angehalten',
  completed: 'ist fertig',
  completed_with_problems: 'ist fertig, mit Problemen',
  failed: 'ist fehlgeschlagen',
  cancelled: 'ist abgebrochen',
}

const sentences: Readonly<Record<ErrorCode, Said>> = {
  USAGE: (d) => text(d.reason, 'Was verlangt wurde, war nicht zu verstehen.'),
  NOT_FOUND: (d) =>
    `Es gibt ${whats[text(d.what, '')] ?? `nichts dieser Art (${text(d.what, '?')})`} „${text(d.id, '')}“. Den Namen prüfen oder nachsehen, was es gibt.`,
  NOT_LOCKED: 'Das Dokument wartet auf kein Passwort. Seinen Zustand ansehen.',
  SETTING_INVALID: (d) =>
    `„${text(d.value, '')}“ ist für ${text(d.name, 'diese Einstellung')} nicht möglich: einen Wert von ${bound(d.least, d.unit, d.min)} bis ${bound(d.most, d.unit, d.max)} angeben${d.unit === 'bytes' ? ', zum Beispiel 200MiB' : d.unit === 'ms' ? ', zum Beispiel 30s oder 5m' : ''}${d.managed ? ' (diese Grenzen gibt die Organisation vor)' : ''}.${d.ambiguous ? ' Ein Punkt vor drei Ziffern kann zweierlei bedeuten: Tausender ohne Punkt schreiben.' : ''}`,
  SETTING_LOCKED: (d) =>
    d.broken
      ? `${text(d.name, 'Diese Einstellung')} lässt sich nicht ändern: die Richtlinie der Organisation (${text(d.broken, 'ihre Datei')}) hat einen Fehler, und bis er behoben ist, steht jede Einstellung fest.`
      : `${text(d.name, 'Diese Einstellung')} gibt die Organisation vor${d.organization ? ` (${text(d.organization, '')})` : ''}; hier lässt sich das nicht ändern.`,
  SETTINGS_FILE_INVALID: (d) =>
    `${text(d.path, 'Die Datei')} lässt sich nicht importieren (${text(d.reason, 'sie enthält keine Einstellungen')}). Es wurde nichts geändert.`,
  SETTINGS_FILE_NEWER: (d) =>
    `${text(d.path, 'Die Datei')} stammt von einer neueren Version von Sluice. Zum Importieren Sluice aktualisieren; es wurde nichts geändert.`,
  SERVICE_FAILED: (d) =>
    `Das System hat den Dienst nicht angenommen (${text(d.reason, 'ohne Grund')}). Seine Datei lässt sich ausgeben und von Hand ablegen.`,
  SERVICE_FOREIGN: (d) =>
    `${text(d.path, 'Die Datei des Dienstes')} stammt nicht von Sluice und bleibt, wie sie ist. Erst an einen anderen Ort legen.`,
  DATA_DIR_MANAGED: (d) =>
    `Den Datenordner gibt die Organisation vor: es ist ${text(d.managed, 'ein anderer')}, und ${text(d.path, 'der gewünschte')} lässt sich nicht verwenden.`,
  SETTINGS_UNWRITABLE: (d) =>
    `Die Datei der Einstellungen${after(d.path)} ließ sich nicht schreiben (${text(d.reason, 'keine Berechtigung')}).`,
  COLLECTION_EXISTS: (d) => `Eine Sammlung namens „${text(d.name, '')}“ gibt es schon. Einen anderen Namen wählen.`,
  COLLECTION_FILE_INVALID: (d) =>
    `${text(d.path, 'Die Datei')} enthält keine Einstellungen einer Sammlung (${text(d.reason, 'ungültig')}). Es wurde nichts angelegt.`,
  COLLECTION_FILE_NEWER: (d) =>
    `${text(d.path, 'Die Datei')} stammt von einer neueren Version von Sluice. Zum Importieren Sluice aktualisieren; es wurde nichts angelegt.`,
  JOB_STATE: (d) =>
    `Der Auftrag ${jobStates[text(d.state, '')] ?? `ist in einem anderen Zustand (${text(d.state, '?')})`}; das geht jetzt nicht mit ihm.`,
  INTERNAL_BUG: (d) =>
    `Ein unerwarteter Fehler in Sluice selbst: ${text(d.reason, 'unbekannt')}. Einzelheiten stehen im Protokoll; bitte melden.`,
  SHUTTING_DOWN: 'Sluice wird beendet. Die Arbeit geht beim nächsten Start weiter.',
  INTERRUPTED: 'Die Arbeit wurde unterbrochen und wird wiederholt.',
  PAUSED: 'Angehalten. Es geht weiter, sobald fortgesetzt wird.',
  CANCELLED: 'Auf Wunsch abgebrochen.',
  DATA_DIR_UNWRITABLE: (d) =>
    `In den Datenordner${d.path ? ` ${text(d.path, '')}` : ''} lässt sich nicht schreiben (${text(d.reason, 'keine Berechtigung')}). Sich Schreibrechte geben oder einen anderen wählen.`,
  DATA_DIR_NEWER: (d) =>
    `Der Datenordner${after(d.path)} stammt von einem neueren Sluice${d.theirs ? ` (Version ${text(d.theirs, '')})` : ''}: Seine Daten haben die Version ${text(d.theirData, '?')}, dieses Sluice liest Daten bis Version ${text(d.ourData, '?')}. Dieses Sluice aktualisieren oder einen anderen Ordner wählen. Es wurde nichts geändert.`,
  DATA_DIR_MOVED: (d) =>
    `Der Datenordner${after(d.path)} liegt jetzt in ${text(d.to, 'einem anderen Ordner')}. Sluice neu starten; es geht dorthin.`,
  DATA_DIR_AWAY: (d) =>
    `Der Datenordner wurde nach ${text(d.to, 'anderswo')} verschoben, wo jetzt nichts ist. Den Datenträger anschließen und neu starten.`,
  DATA_DIR_ARRIVING: (d) =>
    `In ${text(d.path, 'diesem Ordner')} liegt eine unfertige Kopie des Datenordners${after(d.from)}, der weiter gilt. Noch einmal dorthin verschieben, dann geht es weiter, oder die Kopie entfernen.`,
  MOVE_INSIDE: (d) =>
    `Der Datenordner lässt sich nicht nach ${text(d.path, 'dort')} verschieben: einer der beiden läge im anderen. Einen Ort neben ${text(d.from, 'ihm')} wählen.`,
  MOVE_NOT_EMPTY: (d) =>
    `Der Datenordner lässt sich nicht nach ${text(d.path, 'dort')} verschieben: das ist kein leerer Ordner. Einen leeren oder einen neuen wählen.`,
  MOVE_READ_ONLY: (d) =>
    `Der Datenordner lässt sich nicht nach ${text(d.path, 'dort')} verschieben: der Ort kann ihn nicht aufnehmen (${text(d.reason, 'keine Berechtigung')}).`,
  MOVE_NO_ROOM: (d) =>
    `Der Datenordner lässt sich nicht nach ${text(d.path, 'dort')} verschieben: es ist zu wenig Platz${d.limit ? ` (${size(d.actual)} frei, ${size(d.limit)} nötig)` : ''}. Nichts wurde geändert.`,
  MOVE_IN_USE: (d) =>
    `Ein anderes Sluice arbeitet mit dem Datenordner${after(d.path)}. Es schließen und noch einmal versuchen, oder in seinen Einstellungen verschieben.`,
  MOVE_UNDER_WAY:
    'Der Datenordner wird gerade verschoben; bis dahin wird nichts Neues als Notiz behalten. Danach noch einmal hinzufügen.',
  MOVE_UNVERIFIED: (d) =>
    `Die Kopie des Datenordners gleicht dem Original nicht (${text(d.path, 'eine Datei')}: ${text(d.reason, 'verschieden')}) und wird nicht benutzt. Der alte Ordner ist, wie er war. Den Datenträger prüfen oder einen anderen wählen.`,
  MOVE_FAILED: (d) =>
    `Der Datenordner ließ sich nicht nach ${text(d.path, 'dort')} verschieben (${text(d.reason, 'ohne Grund')}). Der alte ist, wie er war.`,
  MOVE_NOT_OPENED: (d) =>
    `Der alte Datenordner bleibt, bis der neue${d.path ? `, ${text(d.path, '')},` : ''} einmal geöffnet wurde.`,
  OLD_FOLDER_KEPT: (d) =>
    `Nichts wurde entfernt: der alte Datenordner${after(d.path)} ist noch da, mit allem, was darin war, also ließe sich nichts nachweisen. Zuerst den alten Datenordner entfernen, oder ohne Nachweis entfernen.`,
  MOVE_DAMAGED: (d) =>
    `${text(d.path, 'Eine Datei vom Verschieben')} ist nicht lesbar oder führt im Kreis. Den Pfad darin richtigstellen, oder sie entfernen, falls dieser Ordner nie verschoben wurde.`,
  REMOVE_IN_USE: (d) =>
    `Ein anderes Sluice arbeitet mit dem Datenordner${after(d.path)}: ein Fenster, ein Befehl oder der Dienst der Warteschlange. Es zuerst schließen. Nichts wurde entfernt.`,
  REMOVE_NOT_OURS: (d) => `${text(d.path, 'Der Ordner')} ist kein Datenordner von Sluice; nichts darin wird entfernt.`,
  REMOVE_FAILED: (d) =>
    `${text(d.path, 'Etwas')} ließ sich nicht entfernen (${text(d.reason, 'ohne Grund')}). Ist das behoben, noch einmal versuchen: es geht dort weiter, wo es war.`,
  DATA_DIR_IN_USE: (d) =>
    `Ein anderes Sluice arbeitet mit dem Datenordner${after(d.path)}. Es zuerst schließen; erst dann lässt sich eine Sicherung zurückholen.`,
  UPDATE_OFF: (d) =>
    `Ihre Organisation${d.organization ? ` (${text(d.organization, '')})` : ''} hat Aktualisierungen aus dem Programm heraus abgeschaltet. Neue Versionen kommen von dort.`,
  UPDATE_NO_KEY: (d) =>
    d.reason
      ? `Der Schlüssel für Aktualisierungen ist nicht brauchbar (${text(d.reason, '')}). Es wurde nichts angefragt. Das behebt, von wem diese Kopie oder ihre Richtlinie stammt.`
      : 'Diese Kopie wurde ohne Schlüssel für Aktualisierungen gebaut: sie könnte eine echte nicht von einer falschen unterscheiden. Neue Versionen gibt es dort, woher diese kam.',
  UPDATE_NO_FEED:
    'Für Aktualisierungen ist keine Quelle angegeben. Ihre Adresse gehört in die Einstellungen, unter Aktualisierungen.',
  UPDATE_FEED_INVALID: (d) =>
    `${text(d.feed, 'Das')} ist keine Adresse einer Quelle (${text(d.reason, 'nicht lesbar')}). Sie beginnt mit https:// und enthält weder Namen noch Kennwort.`,
  UPDATE_UNREACHABLE: (d) =>
    `Die Quelle für Aktualisierungen${after(d.host)} gab keine brauchbare Antwort (${text(d.reason, 'keine Verbindung')}). Nichts wurde geändert. Später noch einmal versuchen.`,
  UPDATE_UNSIGNED: (d) =>
    `Die Quelle für Aktualisierungen${after(d.host)} hat keine Signatur von ${text(d.file, 'ihrer Datei')}, also wird ihr nicht geglaubt. Nichts wurde geändert.`,
  UPDATE_SIGNATURE: (d) =>
    `Die Signatur von ${text(d.file, 'der Quelle')} bei ${text(d.host, 'ihrer Adresse')} stammt nicht von dem Schlüssel, dem diese Kopie vertraut. Die Datei wurde nicht gelesen und nichts geändert. Dem sagen, der die Quelle führt: sie könnte verfälscht sein.`,
  UPDATE_UNREADABLE: (d) =>
    `${text(d.file, 'Die Quelle')} bei ${text(d.host, 'ihrer Adresse')} ist nicht brauchbar (${text(d.reason, 'sie ist keine')}). Nichts wurde geändert.`,
  UPDATE_ELSEWHERE: (d) =>
    `Die Quelle für Aktualisierungen${after(d.host)} führt an einen anderen Ort (${text(d.other, '?')}). Dem wird nicht gefolgt, und nichts wurde geändert.`,
  UPDATE_NO_PACKAGE: (d) =>
    `Die Quelle hat Version ${text(d.version, '?')}, aber nicht so, wie diese Kopie installiert wurde (${text(d.kind, '?')}). Es gibt sie dort, woher diese kam.`,
  UPDATE_INCOMPLETE: (d) =>
    `Der Download der Aktualisierung brach ab (${text(d.reason, 'keine Verbindung')}), bei ${size(d.actual)} von ${size(d.limit)}. Was da ist, bleibt: der nächste Versuch macht dort weiter.`,
  UPDATE_DAMAGED: (d) =>
    `Was von ${text(d.host, 'der Quelle')} kam, ist nicht, was die Quelle verspricht (${text(d.reason, 'die Prüfsumme stimmt nicht')}). Es wurde entfernt und nichts geändert.`,
  UPDATE_NO_ROOM: (d) =>
    `Auf dem Datenträger des Datenordners ist zu wenig Platz für die Aktualisierung${d.limit ? ` (${size(d.actual)} frei, ${size(d.limit)} nötig)` : ''}. Platz schaffen und noch einmal versuchen. Die jetzige Version ist, wie sie war.`,
  UPDATE_NOTHING: 'Es liegt keine neuere Version vor. Zuerst nach Aktualisierungen sehen.',
  UPDATE_BUSY: 'Eine Aktualisierung wird gerade gesucht, geholt oder installiert. Warten, bis das fertig ist.',
  UPDATE_IN_USE: (d) =>
    `Ein anderes Sluice arbeitet mit dem Datenordner${after(d.path)}. Es zuerst schließen; erst dann wird die Aktualisierung installiert.`,
  UPGRADE_NO_ROOM: (d) =>
    `Der Datenträger des Datenordners${after(d.path)} hat zu wenig Platz${d.limit ? ` (${size(d.actual)} frei, ${size(d.limit)} nötig)` : ''}, um die Daten auf eine andere Version zu bringen oder zurück und davon eine Sicherung zu behalten. Platz schaffen und neu starten. Es wurde nichts geändert.`,
  UPGRADE_FAILED: (d) =>
    `Der Datenordner${after(d.path)} konnte nicht von Datenversion ${text(d.from, '?')} auf ${text(d.to, '?')} gebracht werden (${text(d.reason, 'unbekannt')}). Es wurde nichts geändert, und eine Sicherung ist da. Mit der bisherigen Version von Sluice weiterarbeiten und den Fehler bitte melden.`,
  BACKUP_UNUSABLE: (d) =>
    `Die Sicherung „${text(d.id, '')}“ lässt sich nicht zurückholen (${text(d.reason, 'sie ist beschädigt')}). Es wurde nichts geändert. Eine andere wählen.`,
  DATABASE_CORRUPT: (d) =>
    `Die Datenbank in ${text(d.path, 'dem Datenordner')} ist beschädigt (${text(d.reason, 'nicht lesbar')}). Eine Sicherung zurückholen oder einen anderen Datenordner wählen und die Dokumente neu einlesen.`,
  DATABASE_BUSY: 'Die Datenbank war zu lange beschäftigt. Es wird noch einmal versucht.',
  OWNER_BUSY: (d) =>
    d.upgrading
      ? `Ein anderes Sluice bringt den Datenordner${after(d.path)} auf den neuen Stand, was lange dauert. Warten, bis es fertig ist; es zu schließen verliert nichts, beginnt aber von vorn.`
      : `Ein anderes Sluice hat den Datenordner${after(d.path)}, antwortet aber nicht. Warten, bis es endet, oder es schließen.`,
  OWNER_LOST: 'Das Sluice, das die Arbeit tat, ist fort. Ein anderes übernimmt.',
  OWNER_VERSION: (d) =>
    `Das Sluice, das den Datenordner hat, ist Version ${text(d.theirs, '?')}, dieses ist ${text(d.ours, '?')}. Das andere schließen oder dieselbe Version verwenden.`,
  MESSAGE_TOO_LARGE: (d) =>
    `Zu groß, um zwischen Prozessen weitergegeben zu werden (${size(d.actual)} von ${size(d.limit)}): ${text(d.what, 'die Nachricht')}. Weniger auf einmal verlangen.`,
  ON_BATTERY:
    'Angehalten: der Computer läuft mit Akku. Am Netz geht es von selbst weiter; um auch mit Akku zu arbeiten, die Einstellung power.pauseOnBattery ausschalten.',
  MACHINE_BUSY:
    'Angehalten: andere Programme beschäftigen den Computer. Danach geht es von selbst weiter; um trotzdem zu arbeiten, die Einstellung power.polite ausschalten.',
  NETWORK_METERED: (d) =>
    `Wartet: dieses Netz kostet nach dem, was hindurchgeht, und ${text(d.provider, 'das Modell')} ist auf einem anderen Computer. In einem anderen Netz geht es von selbst weiter; um trotzdem zu senden, power.metered auf no stellen.`,
  DISK_FULL: (d) =>
    `Der Datenträger ist voll (${text(d.path, 'der Datenordner')}). Platz schaffen; dann geht es von selbst weiter.`,
  VECTORS_CONFLICT: 'Der Vektorindex war mit einem anderen Schreibvorgang beschäftigt. Es wird noch einmal versucht.',
  VECTORS_CORRUPT: (d) =>
    `Der Vektorindex ist beschädigt (${text(d.reason, 'nicht lesbar')}). Ihn neu aufbauen (Diagnose): er entsteht wieder aus dem gespeicherten Text. Bis dahin werden Dokumente nach Wörtern gefunden.`,
  VECTORS_MISSING:
    'Der Text wird nach Wörtern gefunden, aber seine Vektoren sind nicht fertig. Fortsetzen oder noch einmal versuchen.',
  SUMMARY_MISSING:
    'Das Dokument wird gefunden, aber seine Zusammenfassung fehlt. Noch einmal versuchen, um sie zu schreiben.',
  PATH_MISSING: (d) => `„${text(d.path, '')}“ gibt es nicht. Den Pfad prüfen.`,
  SOURCE_UNMOUNTED: (d) =>
    d.what === 'taken'
      ? `Der Datenträger von „${text(d.path, 'dem Ordner')}“ ist nicht mehr da oder antwortet nicht. Was davon gelesen wurde, wird weiterhin gefunden. Ihn wieder anschließen, dann noch einmal versuchen.`
      : `„${text(d.path, 'Der Ordner')}“ ist leer und auf einem anderen Datenträger als zuvor; darum gilt nichts darin als gelöscht. Den früheren Datenträger anschließen und den Ordner noch einmal hinzufügen.`,
  FILE_UNREADABLE: (d) =>
    `„${text(d.path, 'Die Datei')}“ lässt sich nicht lesen (${text(d.reason, 'keine Berechtigung')}). Sich Leserechte geben und es noch einmal versuchen.`,
  FILE_CHANGED:
    'Die Datei hat sich beim Lesen geändert oder ist verschwunden. Sobald sie zur Ruhe kommt, wird es noch einmal versucht.',
  FILE_BUSY: (d) =>
    `Die Datei lässt sich gerade nicht öffnen (${text(d.reason, 'ein anderes Programm verwendet sie')}). Es wird noch einmal versucht.`,
  FILE_EMPTY: 'Die Datei ist leer: darin ist nichts zu finden.',
  NOT_A_FILE: (d) => `Keine gewöhnliche Datei (${text(d.kind, 'etwas anderes')}): das lässt sich nicht aufnehmen.`,
  FOLDER_LOOP: 'Die Verknüpfung führt zu einem schon gelesenen Ordner zurück; ihr wurde nicht gefolgt.',
  LINK_SKIPPED: 'Eine symbolische Verknüpfung; solchen in einem Ordner wird nicht gefolgt. Ihr Ziel selbst hinzufügen.',
  IGNORED: (d) => `Ausgelassen wegen ${text(d.rule, 'einer Ausschlussregel')}.`,
  OWN_DATA_FOLDER: (d) => {
    if (d.what === 'moved')
      return `Ein Datenordner von Sluice, der nach „${text(d.to, 'woanders')}“ umgezogen ist; ein solcher Ordner wird nie aufgenommen.`
    if (d.what === 'word')
      return `Die Angabe, wohin ein Datenordner von Sluice umgezogen ist („${text(d.to, 'woanders')}“); sie wird nie aufgenommen.`
    return d.what === 'other'
      ? 'Ein Datenordner von Sluice, eine Kopie oder Sicherung davon; er wird nie aufgenommen.'
      : 'Der Datenordner von Sluice selbst; er wird nie aufgenommen.'
  },
  UNSUPPORTED_FORMAT: (d) => `Dateien dieser Art (${text(d.kind, 'unbekannt')}) werden noch nicht gelesen.`,
  PROGRAM_MISSING: (d) =>
    `Dateien dieser Art (${text(d.kind, 'unbekannt')}) werden mit ${text(d.program, 'einem anderen Programm')} gelesen, das nicht installiert ist. Es installieren und noch einmal versuchen oder die Datei in einem neueren Format speichern.`,
  BINARY_FILE: 'Eine Binärdatei ohne lesbaren Text.',
  FILE_TOO_LARGE: (d) =>
    `Sie hat ${size(d.actual)}, mehr als die für ein Dokument erlaubten ${size(d.limit)}.${raise(d)}`,
  JOB_DOCUMENTS_LIMIT: (d) =>
    `Der Auftrag hat mehr als ${text(d.limit, '?')} Dokumente; der Rest blieb weg.${raise(d)}`,
  JOB_INFLATED_LIMIT: (d) =>
    `Die Archive des Auftrags würden zu ${size(d.actual)} entpackt, mehr als die für einen Auftrag erlaubten ${size(d.limit)}.${raise(d)}`,
  ARCHIVE_CORRUPT: (d) => `Das Archiv ist beschädigt (${text(d.reason, 'nicht lesbar')}). Eine frische Kopie besorgen.`,
  ARCHIVE_TRUNCATED: 'Das Archiv ist abgeschnitten: sein Inhaltsverzeichnis fehlt. Eine vollständige Kopie besorgen.',
  ARCHIVE_ENCRYPTED:
    'Es ist durch das Passwort seines Archivs geschützt. Das Passwort eingeben: alles im Archiv, was darauf wartet, geht dann weiter.',
  ARCHIVE_METHOD: (d) =>
    `Es ist auf eine nicht unterstützte Weise gepackt oder geschützt (${text(d.method, '?')}). Mit gewöhnlicher Zip-Kompression neu packen.`,
  ARCHIVE_ENTRY_CORRUPT: (d) =>
    `Der Eintrag des Archivs ist beschädigt (${text(d.reason, 'die Prüfsumme stimmt nicht')}). Eine frische Kopie des Archivs besorgen.`,
  ARCHIVE_ENTRIES_LIMIT: (d) =>
    `Das Archiv hat ${text(d.actual, 'zu viele')} Einträge, mehr als die erlaubten ${text(d.limit, '?')}.${raise(d)}`,
  ARCHIVE_TOTAL_LIMIT: (d) => `Das Archiv wird entpackt größer als ${size(d.limit)}.${raise(d)}`,
  ARCHIVE_ENTRY_LIMIT: (d) => `Der Eintrag wird entpackt größer als ${size(d.limit)}.${raise(d)}`,
  ARCHIVE_BOMB_RATIO: (d) =>
    `Es wird entpackt ${text(d.actual, 'viel')}-mal so groß (erlaubt: ${text(d.limit, '?')}), wie bei Archivbomben.${raise(d)}`,
  ARCHIVE_DEPTH_LIMIT: (d) =>
    `Archive sind tiefer als ${text(d.limit, '?')} Ebenen ineinander verschachtelt.${raise(d)}`,
  ARCHIVE_OVERLAP: 'Einträge des Archivs überlappen sich, wie bei Archivbomben.',
  ARCHIVE_DUPLICATE_NAME: (d) =>
    `Ein anderer Eintrag des Archivs heißt bis auf Großschreibung oder Akzente ebenso („${text(d.name, '')}“); nur der erste wurde gelesen.${raise(d)}`,
  ARCHIVE_PATH_TRAVERSAL: (d) => `Der Name „${text(d.name, '')}“ des Eintrags zeigt aus dem Archiv hinaus.`,
  ARCHIVE_BAD_NAME: (d) => `Der Name des Eintrags ist nicht annehmbar (${text(d.reason, 'Steuerzeichen')}).`,
  ARCHIVE_SYMLINK:
    'Der Eintrag ist eine symbolische Verknüpfung, wie Archive sie missbrauchen können; ihr wurde nicht gefolgt.',
  ARCHIVE_HARD_LINK:
    'Der Eintrag ist ein anderer Name für eine Datei anderswo (harte Verknüpfung), wie Archive sie missbrauchen können; ihm wurde nicht gefolgt.',
  ARCHIVE_SPECIAL: 'Der Eintrag ist ein Gerät oder eine andere besondere Datei.',
  ARCHIVE_CONFIRM: (d) =>
    `Es wird zu ${size(d.actual)}${inEntries(d.entries)} entpackt, mehr als ${size(d.limit)}. Den Auftrag bestätigen, um fortzufahren.${raise(d)}`,
  PASSWORD_WRONG: 'Dieses Passwort öffnet es nicht. Ein anderes eingeben.',
  ARCHIVE_CUT_OFF: (d) =>
    d.all
      ? 'Das Archiv ist in seinem Inhaltsverzeichnis abgeschnitten. Alle Einträge fanden sich auch ohne es.'
      : `Das Archiv ist abgeschnitten (${text(d.reason, 'sein Ende fehlt')}). Was davon ganz ist, wurde gelesen (${d.bytes ? size(d.bytes) : `Einträge: ${text(d.entries, '?')}`}). Eine vollständige Kopie besorgen.`,
  ARCHIVE_EXTRA_BYTES: (d) =>
    `Die Datei hat vor oder nach dem Archiv darin ${size(d.bytes)}, die nicht gelesen wurden. Das Archiv selbst wurde gelesen.`,
  PDF_ENCRYPTED: 'Das PDF ist durch ein Passwort geschützt. Es eingeben: dann wird es gelesen und aufgenommen.',
  DOCUMENT_ENCRYPTED:
    'Das Dokument ist durch ein Passwort geschützt. Es eingeben: dann wird es gelesen und aufgenommen.',
  DOCUMENT_CORRUPT: (d) =>
    `Das Dokument ist beschädigt und war nicht zu lesen (${text(d.reason, 'nicht lesbar').replace(/\.$/, '')}).`,
  DOCUMENT_NO_TEXT: (d) =>
    `Im Dokument fand sich kein Text (${text(d.reason, 'vielleicht besteht es nur aus Bildern')}).`,
  IMAGE_PIXELS_LIMIT: (d) =>
    `Das Bild hat ${text(d.actual, 'zu viele')} Millionen Bildpunkte, mehr als die erlaubten ${text(d.limit, '?')} Millionen.${raise(d)}`,
  IMAGE_FRAMES_LIMIT: (d) =>
    `Nur die ersten ${text(d.limit, '?')} von ${text(d.actual, '?')} Bildern der Datei wurden gelesen.${raise(d)}`,
  IMAGE_ANIMATED: (d) => `Von ${text(d.actual, 'mehreren')} Bildern einer Animation wurde das erste gelesen.`,
  OCR_MISSING: (d) =>
    `Der Text von ${text(d.count, 'einigen')} Bild(ern) darin ist noch nicht gelesen (OCR); der Rest wird gefunden. Fortsetzen oder noch einmal versuchen.`,
  OCR_FAILED: (d) =>
    `Der Text von ${text(d.count, 'einigen')} Bild(ern) darin war nicht zu lesen (${text(d.reason, 'OCR misslang')})${onPages(d)}; der Rest wird gefunden.`,
  VISION_READ: (d) => `Gelesen vom Modell ${text(d.model, '?')} ${ofProvider(d)}.`,
  VISION_FALLBACK: (d) =>
    `Durch OCR gelesen, nicht vom Modell ${ofProvider(d)}: ${text(d.reason, 'es war nicht zu fragen')}.`,
  FIGURE_READ: (d) =>
    `${figuresOf(d)} vom Modell ${text(d.model, '?')} ${ofProvider(d)} gelesen, neben dem eigenen Text.`,
  FIGURE_FALLBACK: (d) =>
    `${figuresOf(d)} durch OCR gelesen, nicht vom Modell ${ofProvider(d)}: ${text(d.reason, 'es war nicht zu fragen')}.`,
  FIGURES_LIMIT: (d) =>
    `Die ersten ${text(d.limit, '?')} von ${text(d.actual, '?')} Abbildungen wurden vom Modell gelesen; der Text des Dokuments ist ganz.${raise(d)}`,
  FIGURES_IN_PART: (d) =>
    `Von den sehr vielen Bildern auf einer Seite (Seite ${text(d.pages, '?')}) wurden nur die ${text(d.limit, '?')} größten nach Abbildungen durchgesehen: was aus mehr davon besteht, wurde nur zum Teil gelesen; der Text des Dokuments ist ganz.`,
  FIGURES_LEFT_OUT: (d) =>
    `${text(d.count, 'Einige')} Abbildung(en)${d.pages || !d.names ? onPages(d) : ` (${text(d.names, '')})`} wurden nicht gelesen (${text(d.reason, 'es ging nicht')}); der Text des Dokuments ist ganz.${raise(d)}`,
  VISION_CUT: (d) =>
    `Der Text eines Bildes${onPages(d)} ist länger, als das Modell schreiben darf; sein Ende blieb weg. Um das zu erlauben, visionTokens ${ofProvider(d)} erhöhen.`,
  VISION_REFUSED: (d) => `Das Bildmodell ${ofProvider(d)} wollte es nicht lesen.`,
  VISION_MISSING: 'Es ist kein Anbieter gewählt, der Bilder liest. Zuerst unter Modelle einen wählen.',
  OCR_PAGE_TIME: (d) =>
    `Ein Bild mit Text zu lesen dauerte länger als ${text(d.limit, '?')} Sekunden${onPages(d)}; es blieb weg.${raise(d)}`,
  DOCUMENT_BOMB: (d) =>
    `Das Dokument benimmt sich wie eine Bombe: ${text(d.reason, `es wird entpackt ${text(d.actual, 'viel')}-mal so groß`)}.${raise(d)}`,
  PDF_PAGES_LIMIT: (d) =>
    `Nur die ersten ${text(d.limit, '?')} von ${text(d.actual, '?')} Seiten wurden gelesen.${raise(d)}`,
  PDF_PAGE_UNREADABLE: (d) => `${text(d.count, 'Einige')} Seite(n) waren nicht zu lesen${listed(d.pages)}.`,
  PDF_PAGE_TIME: (d) =>
    `${text(d.count, 'Einige')} Seite(n) brauchten länger als je ${text(d.limit, '?')} Sekunden; was bis dahin gelesen war, wird gefunden${listed(d.pages)}.${raise(d)}`,
  PDF_PAGES_WITHOUT_TEXT: (d) =>
    `${text(d.count, 'Einige')} Seite(n) haben Bilder, aber keinen Text (gescannt?), und sind nicht zu finden${listed(d.pages)}.`,
  TIME_LIMIT: (d) =>
    `Das Lesen wurde nach ${text(d.limit, '?')} Sekunden beendet; was bis dahin gelesen war, wird gefunden.${raise(d)}`,
  EXECUTABLE_FILE: (d) => `Kein Dokument, sondern ${text(d.kind, 'ein Programm')}. Programme werden nie geöffnet.`,
  POLYGLOT_FILE: (d) =>
    `Zweierlei zugleich, ${text(d.kind, 'ein Dokument')} und ${text(d.other, 'ein Archiv')}, wie bei Dateien, die täuschen sollen. Was davon gebraucht wird, als eigene Datei speichern.`,
  KIND_MISMATCH: (d) =>
    `Dem Namen nach ${text(d.named, 'etwas anderes')}, dem Inhalt nach ${text(d.kind, '?')}; so wurde es gelesen.`,
  TEXT_LIMIT: (d) => `Nur die ersten ${text(d.limit, '?')} Zeichen wurden gelesen; ${leftOut(d)}.${raise(d)}`,
  CHUNKS_LIMIT: (d) => `Nur die ersten ${text(d.limit, '?')} Abschnitte wurden behalten; ${leftOut(d)}.${raise(d)}`,
  DOCUMENT_PART_UNREADABLE: (d) =>
    `${text(d.count, 'Einige')} Teil(e) des Dokuments sind beschädigt und blieben weg${listed(d.parts)}.`,
  TEXT_UNDECODABLE: (d) =>
    `${text(d.count, 'Einige')} Byte(s) waren nicht als ${text(d.encoding, 'Text')} zu lesen und wurden ersetzt.`,
  MAIL_PARTS_LIMIT: (d) =>
    `Nur die ersten ${text(d.limit, '?')} von ${text(d.actual, '?')} Teilen der Mail wurden gelesen.${raise(d)}`,
  MAIL_DEPTH_LIMIT: (d) =>
    `Mails in Mails wurden ${text(d.limit, '?')} Ebenen tief gelesen; was tiefer liegt, blieb weg.${raise(d)}`,
  MAIL_HEADER_LIMIT: (d) =>
    `Der Kopf der Mail ist länger als ${size(d.limit)}; der Rest davon wurde als Text gelesen.${raise(d)}`,
  MAIL_TRUNCATED: 'Die Mail ist abgeschnitten: ihr letzter Teil hat kein Ende. Was da ist, wurde gelesen.',
  MAIL_ENCRYPTED:
    'Der Text der Mail ist verschlüsselt oder in ihre Signatur gepackt (S/MIME oder PGP); nur Betreff und Adressen wurden gelesen. Eine entschlüsselte Kopie speichern und hinzufügen.',
  MAIL_PART_SKIPPED: (d) => `Ausgelassen: ${text(d.reason, 'darin ist nichts zu finden')}.`,
  WORKER_MEMORY: (d) => `Das Lesen brauchte mehr als ${size(d.limit)} Speicher; der Arbeiter wurde beendet.${raise(d)}`,
  WORKER_TIMEOUT: (d) =>
    `Das Lesen dauerte länger als ${text(d.limit, '?')} Sekunden; der Arbeiter wurde beendet.${raise(d)}`,
  WORKER_STALLED: (d) =>
    `Der lesende Arbeiter gab ${text(d.limit, '?')} Sekunden lang kein Lebenszeichen und wurde beendet.${raise(d)}`,
  WORKER_CRASHED: (d) => `Der lesende Arbeiter ist abgestürzt (${text(d.reason, 'ohne Angabe von Gründen')}).`,
  WORKER_POISON: (d) =>
    `Bei jedem Versuch endete der Prozess, der es las${d.reason ? ` (${text(d.reason, '')})` : ''}, obwohl nichts anderes darin lief. Es wurde beiseitegelegt, damit alles andere weitergeht.`,
  HOST_DIED: 'Ein Arbeitsprozess endete, während mehrere Aufgaben in ihm liefen; jede wird für sich wiederholt.',
  HOST_START_FAILED: (d) => `Ein Arbeitsprozess ließ sich nicht starten (${text(d.reason, 'unbekannt')}).`,
  HOST_UNAVAILABLE: (d) =>
    `Die Arbeitsprozesse für ${text(d.work, 'diese Arbeit')} versagten ${text(d.failures, 'mehrere')}-mal nacheinander (${text(d.reason, 'unbekannt')}) und bleiben eine Weile in Ruhe. Es wird von selbst noch einmal versucht${d.retryAt ? `: ${timeOf(d.retryAt)}` : ''}.`,
  TEMP_DISK_LIMIT: (d) => `Es braucht mehr als ${size(d.limit)} vorübergehenden Platz auf dem Datenträger.${raise(d)}`,
  MODEL_MISSING: (d) =>
    `Das eingebaute Modell fehlt${d.path ? ` (${text(d.path, '')})` : ''}. Sluice neu installieren. Im Quelltext baut der nächste Start es.`,
  MODEL_CORRUPT: (d) =>
    `Das eingebaute Modell ist beschädigt (${text(d.reason, 'die Prüfsumme stimmt nicht')}). Sluice neu installieren. Im Quelltext ${text(d.path, 'es')} löschen: der nächste Start baut es.`,
  MODEL_FOLDER_MISSING: (d) =>
    `Der Ordner des Modells, ${text(d.path, '?')}, lässt sich nicht öffnen (${text(d.reason, 'er ist nicht da')}). Seinen Datenträger anschließen oder einen anderen Ordner angeben.`,
  MODEL_FOLDER_INCOMPLETE: (d) =>
    `Im Ordner des Modells, ${text(d.path, '?')}, fehlt „${text(d.file, '?')}“. Das Modell neu holen; es braucht config.json, tokenizer.json und eine ONNX-Datei.`,
  MODEL_FOLDER_DAMAGED: (d) =>
    `Das Modell in ${text(d.path, '?')} ist nicht zu lesen: ${text(d.reason, 'es ist beschädigt')}. Es neu holen, dann prüfen.`,
  MODEL_UNSUPPORTED: (d) =>
    `Das Modell in ${text(d.path, '?')} ist hier nicht zu verwenden: ${text(d.reason, 'es ist von anderer Art')}.`,
  MODEL_TOO_LARGE: (d) =>
    `Das Modell in ${text(d.path, '?')} braucht ${d.actual ? `etwa ${size(d.actual)}` : 'mehr Speicher, als es nehmen darf'}; sein Prozess darf ${size(d.limit)} nehmen.${raise(d)}`,
  MODEL_FOLDER_CHANGED: (d) =>
    `Die Dateien in ${text(d.path, '?')} sind andere als zuvor${d.to ? ` (${text(d.from, '?')} ist jetzt ${text(d.to, '?')})` : ''}: frühere Vektoren werden nicht mit den ihren verglichen.`,
  MODEL_FOLDER_UNREAD: (d) =>
    `Das Modell in ${text(d.path, '?')} wurde auf diesem Computer noch nicht angesehen. Es zuerst prüfen.`,
  EMBEDDING_INVALID: (d) => `Das Modell gab eine unbrauchbare Antwort (${text(d.reason, 'falsche Form')}).`,
  PROVIDER_UNAVAILABLE: (d) =>
    `${provider(d)} versagte ${text(d.failures, 'mehrere')}-mal nacheinander (${text(d.reason, 'unbekannt')}) und bleibt eine Weile in Ruhe. Es wird von selbst noch einmal versucht${d.retryAt ? `: ${timeOf(d.retryAt)}` : ''}.`,
  PROVIDER_UNKNOWN: (d) =>
    `Es gibt keinen Anbieter „${text(d.name, '')}“. Die vorhandenen ansehen oder ihn hinzufügen.`,
  PROVIDER_FORBIDDEN: (d) =>
    `Die Organisation${d.organization ? ` (${text(d.organization, '')})` : ''} erlaubt den Anbieter „${text(d.name, '')}“${d.host ? ` unter ${text(d.host, '')}` : ''} nicht${d.broken ? `: ihre Richtlinie (${text(d.broken, '')}) hat einen Fehler, und bis er behoben ist, ist keiner erlaubt` : ''}.`,
  PROVIDER_EXISTS: (d) => `Ein Anbieter namens „${text(d.name, '')}“ ist schon da. Einen anderen Namen wählen.`,
  PROVIDER_IN_USE: (d) =>
    `Der Anbieter „${text(d.name, '')}“ wird gebraucht: ${text(d.users, 'etwas verwendet ihn')}. Dort zuerst ein anderes Modell wählen, oder ihn trotzdem entfernen.`,
  PROVIDER_INVALID_SETTING: (d) =>
    `So kann der Anbieter „${text(d.name, '?')}“ nicht sein: ${text(d.reason, 'etwas daran ist nicht möglich')}.`,
  PROVIDERS_UNREADABLE: (d) =>
    `Die Datei der Anbieter${after(d.path)} ist nicht zu verwenden (${text(d.reason, 'beschädigt')}). Sie richten, oder sie beiseitelegen und die Anbieter neu hinzufügen. Das eingebaute Modell arbeitet solange.`,
  PROVIDERS_UNWRITABLE: (d) =>
    `Die Datei${after(d.path)} ließ sich nicht schreiben (${text(d.reason, 'keine Berechtigung')}).`,
  PROVIDER_KEY_MISSING: (d) =>
    `${provider(d)} braucht einen Schlüssel. Ihn eingeben oder die Variable ${text(d.variable, 'seines Namens')} setzen.`,
  PROVIDER_KEY_UNREADABLE: (d) =>
    `Der Schlüssel ${ofProvider(d)} ist nicht zu lesen (${text(d.reason, 'der Schlüsselbund öffnet ihn nicht')}). Ihn neu eingeben.`,
  PROVIDER_REFUSED: (d) =>
    `${provider(d)} hat die Anfrage abgelehnt (${text(d.status, 'keine Rechte')}${because(d)}). Seinen Schlüssel und dessen Rechte prüfen, dann testen.`,
  PROVIDER_MODEL_MISSING: (d) =>
    `${provider(d)} hat nicht, was verlangt wurde (${text(d.status, '404')}${because(d)}). Adresse und Modell prüfen.`,
  PROVIDER_REQUEST: (d) => `${provider(d)} nimmt diese Anfrage nicht an (${text(d.status, '400')}${because(d)}).`,
  PROVIDER_RATE_LIMIT: (d) => `${provider(d)} bittet um Geduld (429${because(d)}).${AGAIN}`,
  PROVIDER_UNREACHABLE: (d) => `${provider(d)} ist nicht zu erreichen (${text(d.reason, 'keine Verbindung')}).${AGAIN}`,
  PROVIDER_TIMEOUT: (d) => `${provider(d)} hat nicht innerhalb von ${text(d.limit, '?')} Sekunden geantwortet.${AGAIN}`,
  PROVIDER_FAILED: (d) => `${provider(d)} hat versagt (${text(d.status, '500')}${because(d)}).${AGAIN}`,
  PROVIDER_INVALID: (d) =>
    `${provider(d)} gab eine unbrauchbare Antwort (${text(d.reason, 'nicht das, was verlangt war')}).`,
  PROVIDER_BROKE_OFF: (d) =>
    `Die Antwort ${ofProvider(d)} brach ab (${text(d.reason, 'keine Verbindung')}). Noch einmal fragen.`,
  BUDGET_EXCEEDED: (d) =>
    `Das ${periods[text(d.period, '')] ?? `Budget (${text(d.period, 'eines Tages')})`} ${ofProvider(d)} ${d.needed === undefined ? 'ist verbraucht' : `würde von der nächsten Anfrage (etwa ${text(d.needed, '?')}${budgetUnit(d.unit)}) überschritten`} (${text(d.used, '?')} von ${text(d.limit, '?')}${budgetUnit(d.unit)}). ${d.retryAt ? `Warten bis ${momentOf(d.retryAt)}, es erhöhen oder ` : 'Es erhöhen oder '}${d.purpose === 'vision' ? 'Bilder ab jetzt auf diesem Computer lesen' : 'mit dem eingebauten Modell weitermachen'}.`,
  BUDGET_MANAGED: (d) =>
    `Die nächste Anfrage an den Anbieter „${text(d.provider, '?')}“ (etwa ${text(d.needed, '?')}${budgetUnit(d.unit)}) würde überschreiten, was die Organisation für alle Anbieter zusammen erlaubt (${periods[text(d.period, '')] ?? text(d.period, 'Tag')}: ${text(d.used, '?')} von ${text(d.limit, '?')}${budgetUnit(d.unit)}). ${d.retryAt ? `Warten bis ${momentOf(d.retryAt)}, oder ab jetzt` : 'Ab jetzt'} ${d.purpose === 'vision' ? 'Bilder auf diesem Computer lesen' : 'mit dem eingebauten Modell weitermachen'}.`,
  SUMMARY_EMPTY: 'Es gibt keinen Text zum Zusammenfassen: nichts davon ist aufgenommen.',
  SUMMARY_TIMEOUT: (d) =>
    `Die Zusammenfassung dauerte länger als ${text(d.limit, '?')} Sekunden und wurde aufgegeben.${raise(d)}`,
  CHAT_MISSING:
    'Es ist kein schreibendes Modell eingerichtet. Einen Anbieter hinzufügen, der schreibt, oder ohne einen fragen.',
  MODEL_CHANGED: (d) =>
    `Die Vektoren der Sammlung „${text(d.name, '?')}“ sind vom Modell ${text(d.from, '?')}; „${text(d.ref, 'local')}“ ist jetzt ${text(d.to, 'ein anderes')}. Ihr Text wird nach Wörtern gefunden. Die Vektoren entstehen neu, sobald das erlaubt wird.`,
  TEXT_OUTDATED: (d) =>
    `${text(d.documents, 'Einige')} Dokument(e) der Sammlung „${text(d.name, '?')}“ hat eine frühere Version von Sluice gelesen. Sie werden wie zuvor gefunden und neu gelesen, sobald das erlaubt wird.`,
  TEXT_CURRENT: (d) =>
    `Alle Dokumente der Sammlung „${text(d.name, '?')}“ hat diese Version von Sluice gelesen. Es ist nichts zu tun.`,
  REBUILD_UNREACHABLE: (d) =>
    `Das Modell „${text(d.ref, '?')}“ ist gerade nicht zu verwenden (${text(d.reason, 'unbekannt')}). Gesucht wird weiter mit dem vorhandenen.`,
  REBUILD_SAME_MODEL: (d) => `Die Sammlung „${text(d.name, '?')}“ verwendet das Modell${after(d.model)} schon.`,
  REBUILD_RUNNING: (d) =>
    `Für „${text(d.name, '?')}“ wird das Modell schon gewechselt (Auftrag ${text(d.job, '?')}). Darauf warten oder jenen Auftrag abbrechen.`,
  SEARCH_QUERY_EMPTY:
    'Die Anfrage hat kein Wort zum Suchen: nach Zeichen und Emoji allein wird nicht gesucht. Mindestens ein Wort eingeben.',
  ALREADY_OPEN: (d) => `Sluice ist mit dem Datenordner${after(d.path)} schon offen. Sein Fenster kommt nach vorn.`,
  ORIGINAL_MISSING: (d) =>
    `„${text(d.path, 'Das Original')}“ ist nicht mehr, wo es beim Einlesen war. Was gelesen wurde, ist weiter zu finden.`,
  ORIGINAL_INSIDE: (d) => `„${text(d.path, 'Das Dokument')}“ liegt in einem Archiv: es hat keine eigene Datei.`,
  ORIGINAL_UNOPENED: (d) =>
    `„${text(d.path, 'Das Original')}“ ließ sich nicht öffnen (${text(d.reason, 'kein Programm dafür')}).`,
  NOTE_EMPTY: () => 'Es gibt keinen Text zum Hinzufügen.',
  NOTE_TOO_LARGE: (d) =>
    `Es ist größer als die ${formatBytes(d.limit)}, die ohne Datei abgelegt oder eingefügt werden können. Als Datei speichern und diese hinzufügen.`,
  FILE_UNWRITABLE: (d) =>
    `„${text(d.path, 'Die Datei')}“ ließ sich nicht schreiben (${text(d.reason, 'keine Berechtigung')}). Einen anderen Ort wählen.`,
  UPDATE_INSTALLING: 'Gerade wird eine neue Version installiert. Warten, bis das fertig ist.',
  UPDATE_CANCELLED: 'Nichts wurde installiert: die Frage nach dem Passwort wurde verneint.',
  UPDATE_NO_RIGHTS: (d) =>
    `„${text(d.path, 'Das Paket')}“ ließ sich nicht installieren: dafür braucht es die Rechte eines Verwalters (${text(d.reason, 'sie wurden nicht erteilt')}). Nichts wurde geändert.`,
  UPDATE_INSTALL_FAILED: (d) =>
    `„${text(d.path, 'Das Paket')}“ ließ sich nicht installieren (${text(d.reason, 'ohne Angabe von Gründen')}). Die vorhandene Version bleibt.`,
  UPDATE_BY_HAND: (d) =>
    `Sluice wurde hier nicht aus einem Paket installiert und ersetzt sich darum nicht selbst. Die andere Version ist in „${text(d.path, 'dem Paket')}“: so installieren, wie diese installiert wurde.`,
  UPDATE_NO_WAY_BACK: (d) =>
    `Zurück zu Version ${text(d.version, '?')} geht es von hier aus nicht (${text(d.reason, 'ihr Paket ist nicht da')}). Diese Version von dort holen, woher diese hier kam, und über diese installieren.`,
}

/** Facts that are phrases of our own, where they are. */
const PHRASES = ['reason', 'rule', 'work', 'users', 'method', 'what'] as const

const PLAIN = ['string', 'number', 'boolean']
/** Looked at by hand: the page has no other use for schemas. */
const isDetails = (value: unknown): value is ErrorDetails =>
  typeof value === 'object' &&
  value !== null &&
  !Array.isArray(value) &&
  Object.values(value).every((fact) => fact === null || PLAIN.includes(typeof fact))
const readCause = (text: string): { readonly code: ErrorCode; readonly details: ErrorDetails } | null => {
  const cause: unknown = JSON.parse(text)
  if (typeof cause !== 'object' || cause === null || !('code' in cause) || !('details' in cause)) return null
  const { code, details } = cause
  return isErrorCode(code) && isDetails(details) ? { code, details } : null
}

/** The error that one quotes, as it is quoted in German; `null` where none is told. */
const quotedBy = ({ because }: ErrorDetails): string | null => {
  if (typeof because !== 'string') return null
  try {
    const cause = readCause(because)
    return cause === null ? null : germanReasonOf(cause.code, cause.details)
  } catch (thrown) {
    // What it quotes in English is said then.
    if (thrown instanceof SyntaxError) return null
    throw thrown
  }
}

/** The facts of an error or a remark with those in German that are phrases of our own. */
export const germanDetailsOf = (details: ErrorDetails): ErrorDetails => {
  const said: Record<string, ErrorDetails[string]> = { ...withSystemReason(details, 'de') }
  for (const name of PHRASES) {
    const phrase = details[name]
    if (typeof phrase === 'string' && said[name] === phrase) said[name] = toGermanPhrase(phrase)
  }
  const quoted = quotedBy(details)
  return quoted === null ? said : { ...said, reason: quoted }
}

/** The sentence of an error in German. */
export const germanSentenceOf = (code: ErrorCode, details: ErrorDetails): string => {
  const said = sentences[code]
  return typeof said === 'string' ? said : said(germanDetailsOf(details))
}

/** The same without the remedy, to be quoted within another sentence. */
export const germanReasonOf = (code: ErrorCode, details: ErrorDetails): string => {
  const sentence = germanSentenceOf(code, details)
  return (sentence.endsWith(AGAIN) ? sentence.slice(0, -AGAIN.length) : sentence).replace(/\.$/, '')
}
