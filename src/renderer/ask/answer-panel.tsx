/**
 * Owns showing an answer: as it is written, then with its citations, each of which opens the place it is taken from; or that the documents
 * do not answer. Refuses: markup and links in answers; they are text.
 */
import { Alert, Badge, Button, Group, Loader, Stack, Text, UnstyledButton } from '@mantine/core'
import { IconClipboardText, IconFileOff, IconInfoCircle } from '@tabler/icons-react'
import { useAction } from '../client/actions'
import { copyText } from '../client/clipboard'
import { KindIcon } from '../documents/kind-icon'
import { formatPlace } from '../preview/citation'
import { EmptyNote } from '../search/empty-note'
import { formatDuration } from '../text/figures'
import { readingOfCitation, splitAnswer } from './answer-parts'
import { useAnswer } from './asking'
import { t } from '../text/language'
import classes from './answer-panel.module.css'
import type { ReactNode } from 'react'
import type { Answer, Citation } from '../../shared/answers'
import type { Scope } from '../client/places'
import type { Reading } from '../preview/reading'

type Props = { readonly question: string; readonly scope: Scope; readonly onRead: (reading: Reading) => void }

const copyAnswer = ({ answer, citations }: Answer): Promise<void> => {
  const sources = citations.map(({ number, path, page }) => `[${number}] ${formatPlace(path, page)}`)
  return copyText([answer, ...sources].join('\n'), t('ask.answerWithSources'))
}

function CitationCard({
  citation,
  onRead,
}: {
  readonly citation: Citation
  readonly onRead: Props['onRead']
}): ReactNode {
  const reading = readingOfCitation(citation)
  return (
    <UnstyledButton className={`surface ${classes.citation}`} onClick={() => onRead(reading)} data-testid="citation">
      <Group gap={10} wrap="nowrap" align="flex-start">
        <Badge variant="light" size="sm" circle aria-label={t('ask.citation', { number: citation.number })}>
          {citation.number}
        </Badge>
        <Stack gap={3} miw={0}>
          <Text size="sm" className={classes.quote}>
            {t('ask.quoted', { quote: citation.quote })}
          </Text>
          <Group gap={6} wrap="nowrap">
            <KindIcon kind={reading.kind} />
            <Text size="xs" c="dimmed" className="wrap-anywhere">
              {formatPlace(citation.path, citation.page)}
            </Text>
          </Group>
        </Stack>
      </Group>
    </UnstyledButton>
  )
}

function Notes({ notes }: { readonly notes: readonly string[] }): ReactNode {
  return notes.map((note) => (
    <Group key={note} gap={6} c="dimmed" wrap="nowrap">
      <IconInfoCircle size={15} className={classes.sign} aria-hidden />
      <Text size="sm">{note}</Text>
    </Group>
  ))
}

const describeMaking = ({ method, spent, elapsedMs }: Answer): string => {
  const time = formatDuration(elapsedMs)
  if (method === 'extractive') return t('ask.bySentences', { time })
  const model = spent?.model
  return model === undefined ? t('ask.byChatModel', { time }) : t('ask.byModel', { model, time })
}

function Answered({ answer, onRead }: { readonly answer: Answer; readonly onRead: Props['onRead'] }): ReactNode {
  const copying = useAction(copyAnswer)
  if (!answer.grounded)
    return (
      <>
        <Notes notes={answer.notes} />
        <EmptyNote icon={<IconFileOff size={26} stroke={1.6} aria-hidden />} title={t('ask.notFound')}>
          {t('ask.notFoundHelp')}
        </EmptyNote>
      </>
    )
  return (
    <>
      <section className={`surface ${classes.answer}`} aria-label={t('ask.answer')}>
        <Text component="div" className={classes.text} data-testid="answer">
          {splitAnswer(answer.answer, answer.citations).map((part, at) => {
            const { citation } = part
            if (citation === null) return <span key={at}>{part.text}</span>
            return (
              <UnstyledButton
                key={at}
                className={classes.number}
                aria-label={t('ask.citationAt', {
                  number: citation.number,
                  place: formatPlace(citation.path, citation.page),
                })}
                onClick={() => onRead(readingOfCitation(citation))}
              >
                {citation.number}
              </UnstyledButton>
            )
          })}
        </Text>
        <Group justify="space-between" mt="xs">
          <Text size="xs" c="dimmed" className="figures">
            {describeMaking(answer)}
          </Text>
          <Button
            size="compact-sm"
            variant="subtle"
            color="gray"
            leftSection={<IconClipboardText size={14} aria-hidden />}
            loading={copying.pending}
            onClick={() => copying.run(answer)}
          >
            {t('ask.copyWithSources')}
          </Button>
        </Group>
      </section>
      <Notes notes={answer.notes} />
      {answer.citations.map((citation) => (
        <CitationCard key={citation.number} citation={citation} onRead={onRead} />
      ))}
    </>
  )
}

export function AnswerPanel({ question, scope, onRead }: Props): ReactNode {
  const { written, answer, error, unfollowed } = useAnswer(question, scope)
  return (
    <Stack gap="sm" aria-busy={answer === null && error === null}>
      <Text fw={600} size="lg" className="wrap-anywhere">
        {question}
      </Text>
      {error !== null ? (
        <Alert color="red" title={error.message}>
          {error.code}
        </Alert>
      ) : answer !== null ? (
        <Answered answer={answer} onRead={onRead} />
      ) : written === '' ? (
        <Group gap={8} role="status">
          <Loader size="xs" aria-hidden />
          <Text size="sm" c="dimmed">
            {t(unfollowed ? 'ask.whenWhole' : 'ask.looking')}
          </Text>
        </Group>
      ) : (
        <section className={`surface ${classes.answer}`} aria-label={t('ask.beingWritten')}>
          <Text className={classes.text}>{written}</Text>
        </section>
      )}
    </Stack>
  )
}
