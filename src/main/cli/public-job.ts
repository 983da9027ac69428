/**
 * Owns jobs as the public JSON shows them, and the whole report of one job with every page of its problems.
 * Refuses: keys that a person did not give.
 */
import type { Job, JobReport, Problem } from '../../shared/domain'
import type { Caller } from '../../shared/calls'
import { isGeneratedKey } from '../../shared/calls'
import type { Session } from '../owner/session'

const PROBLEMS_PAGE = 500

export const toPublicJob = <T extends Job>(job: T): T => (isGeneratedKey(job.key) ? { ...job, key: null } : job)

const readProblems = async (call: Caller, id: string, total: number): Promise<Problem[]> => {
  const problems: Problem[] = []
  while (problems.length < total) {
    const page = await call('jobs.problems', { id, offset: problems.length, limit: PROBLEMS_PAGE })
    // Fewer than were counted a moment ago: a retry took some away.
    if (page.problems.length === 0) break
    problems.push(...page.problems)
  }
  return problems
}

/** The report of a job, complete. @throws AppError NOT_FOUND */
export const readReport = async (session: Session, id: string): Promise<JobReport> => {
  const { report, problemsTotal } = await session.call('jobs.show', { id })
  return { ...report, job: toPublicJob(report.job), problems: await readProblems(session.call, id, problemsTotal) }
}
