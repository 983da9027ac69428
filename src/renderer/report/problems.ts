/**
 * Owns reading the problems of a job: page after page up to a bound, more on request.
 */
import { useEffect, useState } from 'react'
import { call } from '../client/caller'
import { showFailure } from '../client/failures'
import type { Problem } from '../../shared/domain'

const PAGE = 500
/** Problems that are read without being asked for more. While a job runs, only the first page is read again and again. */
const STEP = 5_000

type Loaded = { readonly problems: readonly Problem[]; readonly wanted: number }

const readProblems = async (id: string, wanted: number, isLive: () => boolean): Promise<Problem[]> => {
  const all: Problem[] = []
  while (all.length < wanted && isLive()) {
    const { problems } = await call('jobs.problems', {
      id,
      offset: all.length,
      limit: Math.min(PAGE, wanted - all.length),
    })
    all.push(...problems)
    if (problems.length === 0) break
  }
  return all
}

/**
 * The problems read so far; `loadMore` is `null` when there are no more. They are read again when `version` changes: a password that
 * is wrong leaves as many problems as before, but not the same.
 */
export function useProblems(
  jobId: string,
  total: number,
  running: boolean,
  version: string,
): { readonly problems: readonly Problem[]; readonly loading: boolean; readonly loadMore: (() => void) | null } {
  const [limit, setLimit] = useState(STEP)
  const [loaded, setLoaded] = useState<Loaded>({ problems: [], wanted: 0 })
  const wanted = Math.min(total, running ? PAGE : limit)
  useEffect(() => {
    let live = true
    readProblems(jobId, wanted, () => live)
      .then((problems) => {
        if (live) setLoaded({ problems, wanted })
      })
      .catch(showFailure)
    return () => {
      live = false
    }
  }, [jobId, wanted, total, version])
  return {
    problems: loaded.problems,
    loading: loaded.wanted !== wanted,
    loadMore: total > wanted ? () => setLimit((before) => before + STEP) : null,
  }
}
