// Owns killing an owner, or one of its hosts, again and again at random moments of one job. Refuses: judging what is left afterwards.
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import Libsql from 'libsql'
import { startCommand, type Command, type CommandOptions } from '../support/faults/command'
import { isAlive, killHost, listHosts } from '../support/faults/processes'

export type Strikes = {
  owners: number
  hosts: number
  /** Of the owners: before the work could have gone on, while the owner still started or repaired. */
  early: number
  /** Of the owners: a host was meant, but it held a suspect. */
  spared: number
  starts: number
}

const LOOK_EVERY_MS = 15
const PATIENCE_MS = 120_000
const HOSTS_COME_MS = 2_000
const HOSTS_END_MS = 10_000
/** The last strikes fall while there is surely something left to do: more than one claim of the embed lane, which ends all at once. */
const STRUCK_SHARE = 0.85
const LAST_CLAIM = 80
const EARLY_SHARE = 0.15
const HOST_SHARE = 0.45
const LATE_MS = 500
const EARLY_MS = 700

const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms))

/** Two for each task that ended, one for each whose text is found. */
const DONE = `SELECT COALESCE(sum(CASE WHEN state = 'ended' THEN 2 WHEN lane = 'embed' THEN 1 ELSE 0 END), 0) AS n FROM tasks`
/** Who is alone in a host that dies is to blame, by rule: the one suspect must not be framed. */
const SUSPECTS = `SELECT count(*) AS n FROM tasks WHERE state = 'running' AND alone = 1`

/** A number from the database of a folder that somebody works on; 0 while there is none. */
const look = (dataDir: string, sql: string): number => {
  const path = join(dataDir, 'sluice.db')
  if (!existsSync(path)) return 0
  let db: InstanceType<typeof Libsql> | null = null
  try {
    db = new Libsql(path, { timeout: 1_000 })
    return (db.prepare(sql).get([]) as { n: number }).n
  } catch (error) {
    // The schema is being made, or a dead owner's log is being folded in.
    if (/no such table|locked|busy/i.test(String(error))) return 0
    throw error
  } finally {
    db?.close()
  }
}

/** The hosts of an owner; it may have just begun. */
const awaitHosts = async (command: Command): Promise<number[]> => {
  const deadline = performance.now() + HOSTS_COME_MS
  for (;;) {
    const hosts = listHosts(command.pid)
    if (hosts.length > 0 || !command.isRunning() || performance.now() > deadline) return hosts
    await pause(LOOK_EVERY_MS)
  }
}

/** Kills the owner and sees that its hosts go with it. */
const killOwner = async (command: Command): Promise<void> => {
  const hosts = listHosts(command.pid)
  command.kill('SIGKILL')
  await command.ended
  const deadline = performance.now() + HOSTS_END_MS
  while (hosts.some(isAlive)) {
    if (performance.now() > deadline) throw new Error(`hosts outlived their owner by ${HOSTS_END_MS} ms`)
    await pause(LOOK_EVERY_MS)
  }
}

/**
 * Starts `args` and kills, until `kills` kills were struck; then lets the last process end by itself.
 * `workTotal`: what the job comes to when it is done (see `measureWork`), over which the kills are spread.
 * @throws when the job ended before the last kill, or stands still
 */
export const strike = async (
  args: readonly string[],
  options: CommandOptions & { kills: number; random: () => number; workTotal: number; say: (line: string) => void },
): Promise<Strikes> => {
  const { dataDir, kills, random, workTotal, say } = options
  const done: Strikes = { owners: 0, hosts: 0, early: 0, spared: 0, starts: 1 }
  const struckWork = Math.min(workTotal * STRUCK_SHARE, workTotal - LAST_CLAIM)
  let command = startCommand(args, options)
  const restart = (): void => {
    command = startCommand(['run'], options)
    done.starts += 1
  }
  for (let kill = 0; kill < kills; kill += 1) {
    const early = random() < EARLY_SHARE
    const due = early ? 0 : (struckWork * (kill + 1)) / kills
    const afterMs = random() * (early ? EARLY_MS : LATE_MS)
    const wantsHost = random() < HOST_SHARE
    const choice = random()
    const deadline = performance.now() + PATIENCE_MS
    while (command.isRunning() && look(dataDir, DONE) < due) {
      if (performance.now() > deadline)
        throw new Error(`nothing goes on: ${look(dataDir, DONE)} of ${due}\n${command.stderr()}`)
      await pause(LOOK_EVERY_MS)
    }
    await pause(afterMs)
    if (!command.isRunning()) {
      const { code, stderr } = await command.ended
      throw new Error(`the job was over after ${kill} of ${kills} kills (exit code ${code})\n${stderr}`)
    }
    const hosts = wantsHost ? await awaitHosts(command) : []
    const host = hosts[Math.floor(choice * hosts.length)]
    if (host !== undefined && look(dataDir, SUSPECTS) === 0) {
      killHost(host)
      done.hosts += 1
    } else {
      if (host !== undefined) done.spared += 1
      if (early) done.early += 1
      await killOwner(command)
      done.owners += 1
      restart()
    }
    if ((kill + 1) % 20 === 0) say(`${kill + 1} kills, ${Math.round((look(dataDir, DONE) / workTotal) * 100)} % done`)
  }
  const { code, stderr } = await command.ended
  if (code !== 0 && code !== 2) throw new Error(`the last process ended with ${code}\n${stderr}`)
  return done
}

/** What a job that is done comes to. */
export const measureWork = (dataDir: string): number => look(dataDir, DONE)
