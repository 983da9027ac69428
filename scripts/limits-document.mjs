// Owns docs/limits.md and docs/settings.md: every setting of the product for people, made from the one table in the code.
// `node scripts/limits-document.mjs` writes them.
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { loadSource } from './setup/source.mjs'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
export const limitsDocument = join(root, 'docs', 'limits.md')

export const settingsDocument = join(root, 'docs', 'settings.md')

/**
 * What the tables need of the code.
 * @typedef {{ variableOf: (name: string) => string, dispositionOf: (code: string) => string, formatSetting: (value: number, unit: string) => string }} Speech
 * @typedef {Record<string, { unit: string, default: number, min: number, max: number, reason: string, code: string | null }>} Table
 */

/** The rows of one of the two tables. @param {Table} table @param {Speech} speech @param {boolean} rejects */
const renderRows = (table, { variableOf, dispositionOf, formatSetting }, rejects) =>
  Object.entries(table)
    .filter(([, { code }]) => (code !== null) === rejects)
    .map(([name, { unit, default: value, min, max, reason, code }]) => {
      const bounds = `${formatSetting(min, unit)} – ${formatSetting(max, unit)}`
      const leads = code === null ? [] : [`\`${code}\` (${dispositionOf(code)})`]
      const ways = [`\`${variableOf(name)}\``, `\`--set ${name}=…\``]
      return `| ${[`\`${name}\``, formatSetting(value, unit), bounds, unit, ...leads, ...ways, reason].join(' | ')} |`
    })
    .join('\n')

/** The page of limits: what rejects or cuts something. @param {Table} table @param {Speech} speech */
export const renderLimits = (table, speech) => `# Limits

Nothing over a limit passes silently: what is left out stands in the report of the job with the code, the figure and the limit. How a limit is
raised, for good or for one run, and every option that rejects nothing: [settings.md](settings.md). \`reject\`, \`partial\` and the like are
the outcomes that the glossary explains. This page is made from the code by \`node scripts/limits-document.mjs\`.

| limit | default | bounds | unit | code (leads to) | variable | flag | why |
|---|---|---|---|---|---|---|---|
${renderRows(table, speech, true)}
`

/** The page of settings: how they are changed, and those that reject nothing. @param {Table} table @param {Speech} speech */
export const renderSettings = (table, speech) => `# Settings

Every limit ([limits.md](limits.md)) and every option (below) is a setting with a name, a unit, bounds and a default. Its value comes from the
first of these that names it:

1. the policy of an organization, on a computer that has one ([deployment.md](deployment.md)): what it fixes nothing below changes;
2. a flag: \`--set NAME=VALUE\` of \`ingest\`, \`run\` and \`extract\`, for that run alone;
3. the environment: \`task.timeMs\` is \`SLUICE_TASK_TIME_MS\`;
4. the file \`settings.json\` in the data folder;
5. the default.

\`\`\`sh
sluice settings list                       # all of them, with the value in force and where it comes from (--json)
sluice settings get document.bytes         # one, with its bounds and its reason
sluice settings set document.bytes 200MiB  # kept in the file; also NAME=VALUE
sluice settings unset document.bytes       # taken out of the file: the default again
sluice settings export settings-of-mine.json        # what was changed, for another computer
sluice settings import settings-of-mine.json        # says what it would change here; --yes changes it
sluice ingest --set ocr.enabled=off ~/scans
\`\`\`

In the window they are under Settings (Ctrl+, or Cmd+,): searchable, each with its default, its bounds, its reason and a way back. What the environment or
a flag sets is shown there and cannot be changed there.

Values are whole numbers in the unit of the setting, or have one: \`200MiB\` (\`K\`, \`M\`, \`G\` are the same powers of 1,024; \`200MB\` is 200,000,000),
\`1.5GiB\`, \`500ms\`, \`30s\`, \`5m\`, \`2h\`, \`7d\`, \`100:1\`, \`on\`, \`off\`. What is no value or out of bounds is refused with the bounds, and nothing changes.

**What is wrong stops nothing.** An entry of the file that is unknown or impossible is told by \`settings list\` and in the log, its default is used, and the
entry stays in the file: a newer Sluice may know it. Of a file that is damaged (half written, a slip in it) the values that stand whole in it are used; of
one of a newer version (\`"sluiceSettings": 2\` or more) what this version understands. Both are told, and kept as \`settings.json.damaged-1\` or
\`settings.json.newer-1\` when a setting is changed. A variable that is out of bounds is brought within them. What is wrong is said by the window when it opens,
by the command that opens the data folder, by \`settings list\` and by \`doctor\`. The file is written in one step and is readable by your account only.

**Export and import.** An export holds what was changed of the settings and nothing else: no keys, no providers, no paths. An import says first what it would
change; a name that is unknown, a value that is impossible, or one that your organization has fixed refuses the whole file (\`SETTINGS_FILE_INVALID\`,
\`SETTING_LOCKED\`), naming each. What the file does not name stays. In the window both are buttons under Settings.

**What is changed is in force at once**, also while another Sluice (the window, a \`sluice run\`) works on the data folder: the change is made there.
Limits of documents hold for the next document; lanes, tries and waits for the next task; more or fewer threads or memory of a host from its
next process, which takes over after what runs in the old one. \`--set\` is refused while another Sluice owns the folder: it would change the work of others.

## Hosts

Documents are read, pictures recognized and vectors computed in processes of their own (hosts \`parse\`, \`ocr\`, \`embed\` and \`model\`).
\`sluice workers list\` shows them, what they do and may take; \`sluice workers recycle [HOST]\` replaces them after what runs in them.

- A host is replaced after \`worker.recycleTasks\` tasks, when it stays large, and closed after \`worker.idleMs\` without work: its model goes with it.
- A host that fails to start or dies \`worker.breakerFailures\` times in a row, with no task done in between, is left alone for \`worker.breakerMs\`.
  Its tasks wait meanwhile and spend no attempt (\`HOST_UNAVAILABLE\`, with the time of the next try); then one task tries it: if that is done, all go on.
  A document that brings down its process alone is not the host's failure (it ends as \`WORKER_POISON\`), unless twice as many different ones
  in a row did and none was done.
- With less than \`worker.minFreeBytes\` of free memory in the computer each host uses one thread, never none; when there is more, one thread is added
  every two seconds. On macOS this is not done: the system tells no figure that means it.

## Tries

\`retry.*\` say how often what fails for a passing reason is tried, and how long apart, phase by phase. \`task.attempts\` above 0 decides instead of all
\`retry.*.tries\`.

## Options

This page is made from the code by \`node scripts/limits-document.mjs\`.

| setting | default | bounds | unit | variable | flag | why |
|---|---|---|---|---|---|---|
${renderRows(table, speech, false)}
`

const main = async () => {
  const contents =
    "export { limitTable, variableOf } from './src/shared/limits'; export { dispositionOf } from './src/shared/errors'; export { formatSetting } from './src/shared/setting-format'"
  const { limitTable, ...speech } = await loadSource('limits-document', contents)
  writeFileSync(limitsDocument, renderLimits(limitTable, speech))
  writeFileSync(settingsDocument, renderSettings(limitTable, speech))
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) await main()
