/**
 * Owns the look before a large job: what is in it, what it will take and need, and which kinds to leave out.
 * Refuses: reading anything; the engine estimates.
 */
import { Alert, Button, Checkbox, Group, Loader, ScrollArea, SimpleGrid, Stack, Table, Text } from '@mantine/core'
import { IconAlertTriangle } from '@tabler/icons-react'
import { useEffect, useState } from 'react'
import { toAppError } from '../../shared/errors'
import { nameOfKind } from '../documents/kind-names'
import { DocumentPath } from '../documents/document-path'
import { formatCount, formatDuration, formatSize } from '../text/figures'
import { locale, t } from '../text/language'
import classes from './preflight-dialog.module.css'
import type { ReactNode } from 'react'
import type { Estimate } from '../../shared/domain'

/** What a person decided: kinds to leave out, and whether archives may unpack to what they say. */
export type Decision = { readonly leaveOut: string[]; readonly confirmed: boolean }

type Props = {
  readonly estimating: Promise<Estimate>
  /** Whether there is anything to ask; what is small starts as soon as that is known. */
  readonly isLarge: (estimate: Estimate) => boolean
  /** Kinds that are not to be read. */
  readonly leaveOut: ReadonlySet<string>
  readonly onToggle: (kind: string) => void
  /** `null`: nothing is to be added. */
  readonly onDecide: (decision: Decision | null) => void
}

/** A figure: by which name tests and styles know it, what it is called, and its value. */
type FigureRow = readonly [id: string, label: string, value: string]

const CENT = 0.01

/** An amount that nobody knows to the cent; what is more than nothing is never said to be 0.00. `null`: not known. */
const sayAbout = (usd: number | null): string => {
  if (usd === null) return t('intake.priceUnknown')
  if (usd <= 0) return t('intake.noCost')
  const amount = (value: number): string =>
    value.toLocaleString(locale, { minimumFractionDigits: 2, maximumFractionDigits: 2, useGrouping: false })
  return usd < CENT ? t('intake.lessThanUsd', { amount: amount(CENT) }) : t('intake.aboutUsd', { amount: amount(usd) })
}

/** Rows for what is sent to providers; none where nothing is. */
const costRows = (estimate: Estimate): FigureRow[] => {
  const { embedding, summaries, vision, needOcr, costUsd, costKnown = true } = estimate
  const seen = needOcr > 0 ? vision : null
  if (!embedding && !summaries && !seen) return []
  const tokensTo = ({ provider, isLocal, tokens }: { provider: string; isLocal: boolean; tokens: number }): string =>
    t(isLocal ? 'intake.tokensTo' : 'intake.tokensToRemote', { count: tokens, provider })
  const cost = sayAbout(costKnown || costUsd > 0 ? costUsd : null)
  return [
    ...(embedding ? [['sent-for-vectors', t('intake.sentForVectors'), tokensTo(embedding)] as const] : []),
    ...(summaries ? [['sent-for-summaries', t('intake.sentForSummaries'), tokensTo(summaries)] as const] : []),
    ...(seen
      ? [
          [
            'sent-to-be-read',
            t('intake.sentToBeRead'),
            t(seen.isLocal ? 'intake.picturesTo' : 'intake.picturesToRemote', { provider: seen.provider }),
          ] as const,
        ]
      : []),
    ['cost', t('intake.cost'), costKnown || costUsd === 0 ? cost : t('intake.costAndMore', { cost })],
  ]
}

export function Figures({ estimate }: { readonly estimate: Estimate }): ReactNode {
  const rows: readonly FigureRow[] = [
    ['documents', t('intake.documents'), formatCount(estimate.documents)],
    ['size', t('intake.size'), formatSize(estimate.bytes)],
    ['archives', t('intake.archives'), formatCount(estimate.archivesTotal)],
    ['already-indexed', t('intake.alreadyIndexed'), formatCount(estimate.unchanged)],
    ['copies-of-each-other', t('intake.copies'), formatCount(estimate.duplicates)],
    ['pictures-of-text', t('intake.picturesOfText'), formatCount(estimate.needOcr)],
    ...(estimate.figures ? [['figures-for-a-model', t('intake.figures'), formatCount(estimate.figures)] as const] : []),
    ['need-a-password', t('intake.needPassword'), formatCount(estimate.needPassword)],
    ['left-out', t('intake.leftOut'), formatCount(estimate.leftOut)],
    ['time', t('intake.time'), t('intake.about', { amount: formatDuration(estimate.expectedMs) })],
    ['space-while-it-runs', t('intake.space'), formatSize(estimate.tempDiskBytes)],
    ...costRows(estimate),
  ]
  return (
    <SimpleGrid cols={2} spacing="lg" verticalSpacing={4} className="figures" data-testid="preflight-figures">
      {rows.map(([id, label, value]) => (
        <Group key={id} justify="space-between" wrap="nowrap" gap="xs">
          <Text size="sm" c="dimmed">
            {label}
          </Text>
          <Text size="sm" fw={550} data-testid={`figure-${id}`}>
            {value}
          </Text>
        </Group>
      ))}
    </SimpleGrid>
  )
}

type KindsProps = {
  readonly estimate: Estimate
  readonly leaveOut: ReadonlySet<string>
  readonly onToggle: (kind: string) => void
}

function Kinds({ estimate, leaveOut, onToggle }: KindsProps): ReactNode {
  const kinds = Object.entries(estimate.byKind).sort(([, one], [, other]) => other - one)
  return (
    <fieldset className={classes.kinds}>
      <legend>
        <Text size="sm" fw={600}>
          {t('intake.whatToRead')}
        </Text>
      </legend>
      <ScrollArea.Autosize mah={180} type="auto">
        <SimpleGrid cols={2} spacing="xs" verticalSpacing={6}>
          {kinds.map(([kind, count]) => (
            <Checkbox
              key={kind}
              size="sm"
              label={
                <>
                  {nameOfKind(kind)}{' '}
                  <Text span c="dimmed" className="figures">
                    {formatCount(count)}
                  </Text>
                </>
              }
              checked={!leaveOut.has(kind)}
              onChange={() => onToggle(kind)}
            />
          ))}
        </SimpleGrid>
      </ScrollArea.Autosize>
    </fieldset>
  )
}

export function Confirmation({
  confirmation,
}: {
  readonly confirmation: NonNullable<Estimate['confirmation']>
}): ReactNode {
  return (
    <Alert color="yellow" icon={<IconAlertTriangle aria-hidden />} title={t('intake.largeArchives')}>
      <Text size="sm">{confirmation.message}</Text>
      <Table verticalSpacing={3} mt={6} className="figures">
        <Table.Tbody>
          {confirmation.archives.slice(0, 5).map(({ path, entries, bytesExpanded }) => (
            <Table.Tr key={path}>
              <Table.Td>
                <DocumentPath path={path} />
              </Table.Td>
              <Table.Td ta="end">{t('intake.entries', { count: entries })}</Table.Td>
              <Table.Td ta="end">{formatSize(bytesExpanded)}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Alert>
  )
}

type ReviewProps = Omit<Props, 'estimating' | 'isLarge'> & { readonly estimate: Estimate }

/** What the button adds, as it says it. */
const sayAdd = ({ exact }: Estimate, count: number): string => t(exact ? 'intake.add' : 'intake.addAbout', { count })

function Review({ estimate, leaveOut, onToggle, onDecide }: ReviewProps): ReactNode {
  const { confirmation } = estimate
  const left = [...leaveOut].reduce((sum, kind) => sum + (estimate.byKind[kind] ?? 0), 0)
  return (
    <Stack gap="md">
      <Text size="sm" c="dimmed">
        {t(estimate.exact ? 'intake.looked' : 'intake.lookedSample', { time: formatDuration(estimate.elapsedMs) })}
      </Text>
      <Figures estimate={estimate} />
      <Kinds estimate={estimate} leaveOut={leaveOut} onToggle={onToggle} />
      {confirmation === null ? null : <Confirmation confirmation={confirmation} />}
      <Group justify="flex-end">
        <Button variant="default" onClick={() => onDecide(null)}>
          {t('intake.doNotAdd')}
        </Button>
        <Button
          data-autofocus
          onClick={() => onDecide({ leaveOut: [...leaveOut], confirmed: confirmation !== null })}
          disabled={leaveOut.size === Object.keys(estimate.byKind).length && leaveOut.size > 0}
        >
          {confirmation === null ? sayAdd(estimate, Math.max(0, estimate.documents - left)) : t('intake.unpackAndAdd')}
        </Button>
      </Group>
    </Stack>
  )
}

/** Shows that it is looking, then what it found; what is small is decided without a question. */
export function PreflightDialog({ estimating, isLarge, leaveOut, onToggle, onDecide }: Props): ReactNode {
  const [found, setFound] = useState<Estimate | Error | null>(null)
  useEffect(() => {
    let live = true
    estimating.then(
      (estimate) => {
        if (!live) return
        if (isLarge(estimate)) setFound(estimate)
        else onDecide({ leaveOut: [], confirmed: false })
      },
      (thrown: unknown) => live && setFound(toAppError(thrown)),
    )
    return () => {
      live = false
    }
  }, [estimating, isLarge, onDecide])
  if (found !== null && !(found instanceof Error))
    return <Review estimate={found} leaveOut={leaveOut} onToggle={onToggle} onDecide={onDecide} />
  return (
    <Stack gap="md">
      {found === null ? (
        <Group gap="sm" role="status">
          <Loader size="sm" />
          <Text size="sm">{t('intake.looking')}</Text>
        </Group>
      ) : (
        <Text size="sm">{t('intake.notEstimated', { reason: found.message })}</Text>
      )}
      <Group justify="flex-end">
        <Button variant="default" onClick={() => onDecide(null)}>
          {t('intake.doNotAdd')}
        </Button>
        <Button variant="default" onClick={() => onDecide({ leaveOut: [], confirmed: false })}>
          {t('intake.addUnseen')}
        </Button>
      </Group>
    </Stack>
  )
}
