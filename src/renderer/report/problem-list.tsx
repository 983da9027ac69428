/**
 * Owns the list of everything that was not plainly indexed: by code, in plain words, with every path.
 */
import { Badge, Button, Group, Text, UnstyledButton } from '@mantine/core'
import { IconChevronDown, IconChevronRight } from '@tabler/icons-react'
import { useVirtualizer } from '@tanstack/react-virtual'
import { useMemo, useRef } from 'react'
import { useToggles } from '../client/toggles'
import { usePrinting } from '../exports/printing'
import { DocumentPath } from '../documents/document-path'
import { formatCount } from '../text/figures'
import { t } from '../text/language'
import { nameOfPath } from '../text/passages'
import { outcomeWords } from '../text/words'
import { groupProblems, listLines, type ProblemLine } from './problem-groups'
import { useProblems } from './problems'
import { openReceipt } from './receipt-dialog'
import { isLocked, UnlockForm } from './unlock-form'
import classes from './problem-list.module.css'
import type { ReactNode } from 'react'

type Props = {
  readonly jobId: string
  readonly total: number
  readonly running: boolean
  /** Changes whenever the problems may have. */
  readonly version: string
}

function Line({ line, onToggle }: { readonly line: ProblemLine; readonly onToggle: (key: string) => void }): ReactNode {
  if (line.type === 'problem') {
    const { problem } = line
    return (
      <div className={classes.problem}>
        <DocumentPath path={problem.path} />
        {line.showMessage ? <Text size="sm">{problem.message}</Text> : null}
        {problem.warnings?.map((warning) => (
          <Text key={`${warning.code}-${warning.message}`} size="xs" c="dimmed">
            {warning.message}
          </Text>
        ))}
        {problem.documentId !== null && isLocked(problem) ? (
          <UnlockForm documentId={problem.documentId} path={problem.path} />
        ) : null}
        {problem.documentId !== null && problem.outcome === 'partial' ? (
          <ReceiptLink documentId={problem.documentId} path={problem.path} />
        ) : null}
      </div>
    )
  }
  const { group, open, key } = line
  const Chevron = open ? IconChevronDown : IconChevronRight
  return (
    <UnstyledButton className={classes.group} aria-expanded={open} onClick={() => onToggle(key)}>
      <Chevron size={16} aria-hidden className={classes.chevron} />
      <div className={classes.words}>
        <Group gap={8}>
          <span className={classes.dot} data-outcome={group.outcome} aria-hidden />
          <Text fw={600} size="sm">
            {outcomeWords[group.outcome].label}
          </Text>
          <Badge variant="default" size="sm" className="figures" fw={500}>
            {formatCount(group.problems.length)}
          </Badge>
          <Text size="xs" c="dimmed" ff="monospace">
            {group.code}
          </Text>
        </Group>
        {group.message === null ? null : (
          <Text size="sm" mt={3}>
            {group.message}
          </Text>
        )}
      </div>
    </UnstyledButton>
  )
}

function ReceiptLink({ documentId, path }: { readonly documentId: string; readonly path: string }): ReactNode {
  return (
    <Button
      variant="subtle"
      size="compact-xs"
      display="block"
      ms={-7}
      mt={2}
      onClick={() => openReceipt(documentId, path)}
      aria-label={t('report.whatWasReadOf', { name: nameOfPath(path) })}
    >
      {t('report.whatWasRead')}
    </Button>
  )
}

export function ProblemList({ jobId, total, running, version }: Props): ReactNode {
  const { problems, loading, loadMore } = useProblems(jobId, total, running, version)
  const [toggled, toggle] = useToggles()
  const printing = usePrinting()
  const scroll = useRef<HTMLDivElement>(null)
  const groups = useMemo(() => groupProblems(problems), [problems])
  const lines = useMemo(() => listLines(groups, toggled), [groups, toggled])
  // eslint-disable-next-line react-hooks/incompatible-library -- its functions are used here and not passed on, so nothing is memoized with them
  const virtual = useVirtualizer({
    count: lines.length,
    getScrollElement: () => scroll.current,
    estimateSize: (at) => (lines[at]?.type === 'group' ? 64 : 34),
    getItemKey: (at) => lines[at]?.key ?? at,
    overscan: 12,
  })
  // On paper nobody scrolls.
  if (printing)
    return (
      <div className="surface">
        {lines.map((line) => (
          <Line key={line.key} line={line} onToggle={toggle} />
        ))}
      </div>
    )
  return (
    <div>
      <div
        ref={scroll}
        className={`surface ${classes.scroll}`}
        role="region"
        aria-label={t('report.problems')}
        tabIndex={0}
        data-testid="problems"
      >
        <div style={{ height: virtual.getTotalSize(), position: 'relative' }}>
          {virtual.getVirtualItems().map((item) => {
            const line = lines[item.index]
            if (line === undefined) return null
            return (
              <div
                key={item.key}
                data-index={item.index}
                ref={virtual.measureElement}
                className={classes.line}
                style={{ transform: `translateY(${item.start}px)` }}
              >
                <Line line={line} onToggle={toggle} />
              </div>
            )
          })}
        </div>
      </div>
      {loadMore === null ? null : (
        <Group justify="space-between" mt="xs">
          <Text size="sm" c="dimmed" className="figures">
            {t('report.shownOf', { shown: problems.length, total })}
          </Text>
          <Button variant="default" size="compact-sm" onClick={loadMore} loading={loading}>
            {t('report.showMore')}
          </Button>
        </Group>
      )}
    </div>
  )
}
