/**
 * Owns the way to a document, step by step: the file on disk, the archives in it, the document. Each step does what can be done there.
 * Refuses: unpacking; what is inside an archive is read here.
 */
import { Menu } from '@mantine/core'
import { IconChevronRight, IconExternalLink, IconFiles, IconFolderSearch, IconTextCaption } from '@tabler/icons-react'
import { Fragment, useRef, useState } from 'react'
import { useAction } from '../client/actions'
import { call } from '../client/caller'
import { showNote } from '../client/failures'
import { openDocument, revealDocument } from '../documents/document-actions'
import { splitProvenance } from '../text/passages'
import { readingOfDocument, type Reading } from './reading'
import { stepsOf, type Step } from './steps'
import { t } from '../text/language'
import classes from './crumbs.module.css'
import type { ReactNode } from 'react'

type Props = {
  readonly id: string
  readonly path: string
  readonly page: number | null
  readonly collection: string | null
  /** Opens the document at the end; without it, it is what is shown already. */
  readonly onReadThis?: (() => void) | undefined
  readonly onRead: (reading: Reading) => void
  /** Lists what is inside. */
  readonly onShowDocuments: (prefix: string) => void
}

/** The documents inside an archive come right after it. */
const NEAR = 100

const readStep = async (step: Step, collection: string | null, onRead: Props['onRead']): Promise<void> => {
  const filter = { contains: step.path, limit: NEAR, ...(collection === null ? {} : { collection }) }
  const { documents } = await call('documents.list', filter)
  const found = documents.find(({ path }) => path === step.path)
  if (found === undefined) showNote(t('preview.noOwnText'), t('preview.noOwnTextHelp'))
  else onRead(readingOfDocument(found))
}

type StepProps = Props & { readonly step: Step }

function OpenedStepMenu({ step, ...props }: StepProps): ReactNode {
  const target = useRef<HTMLButtonElement>(null)
  const opening = useAction(openDocument)
  const revealing = useAction(revealDocument)
  const reading = useAction(readStep)
  const inside = step.isLast ? null : `${step.path}!/`
  return (
    <Menu position="bottom-start" width={230} defaultOpened returnFocus={false} onClose={() => target.current?.focus()}>
      <Menu.Target>
        <button
          ref={target}
          type="button"
          className={classes.step}
          aria-label={t('preview.whatCanBeDone', { name: step.name })}
        >
          {step.name}
        </button>
      </Menu.Target>
      <Menu.Dropdown>
        {step.isOnDisk && step.isLast ? (
          <Menu.Item leftSection={<IconExternalLink size={15} aria-hidden />} onClick={() => opening.run(props.id)}>
            {t('search.open')}
          </Menu.Item>
        ) : null}
        {step.isOnDisk ? (
          <Menu.Item leftSection={<IconFolderSearch size={15} aria-hidden />} onClick={() => revealing.run(props.id)}>
            {t('preview.showInItsFolder')}
          </Menu.Item>
        ) : (
          <Menu.Item
            leftSection={<IconTextCaption size={15} aria-hidden />}
            onClick={() => reading.run(step, props.collection, props.onRead)}
          >
            {t('preview.readItsText')}
          </Menu.Item>
        )}
        {inside === null ? null : (
          <Menu.Item leftSection={<IconFiles size={15} aria-hidden />} onClick={() => props.onShowDocuments(inside)}>
            {t('preview.documentsInIt')}
          </Menu.Item>
        )}
      </Menu.Dropdown>
    </Menu>
  )
}

/** The menu is made when it is asked for: results that come as somebody types would wait for dozens of them. */
function StepMenu(props: StepProps): ReactNode {
  const [isWanted, setWanted] = useState(false)
  if (isWanted) return <OpenedStepMenu {...props} />
  return (
    <button
      type="button"
      className={classes.step}
      aria-label={t('preview.whatCanBeDone', { name: props.step.name })}
      aria-haspopup="menu"
      aria-expanded={false}
      onClick={() => setWanted(true)}
    >
      {props.step.name}
    </button>
  )
}

function LastStep({ step, onReadThis }: { readonly step: Step; readonly onReadThis: Props['onReadThis'] }): ReactNode {
  if (onReadThis === undefined) return <span aria-current="true">{step.name}</span>
  return (
    <button
      type="button"
      className={classes.step}
      onClick={onReadThis}
      aria-label={t('preview.previewOf', { name: step.name })}
    >
      {step.name}
    </button>
  )
}

export function Crumbs(props: Props): ReactNode {
  const steps = stepsOf(props.path)
  return (
    <span className={classes.crumbs} title={splitProvenance(props.path).join(' › ')}>
      {steps.map((step, at) => (
        <Fragment key={step.path}>
          {at > 0 ? (
            <IconChevronRight size={12} className={classes.chevron} aria-label={t('preview.containing')} />
          ) : null}
          {step.isLast && !step.isOnDisk ? (
            <LastStep step={step} onReadThis={props.onReadThis} />
          ) : (
            <StepMenu step={step} {...props} />
          )}
        </Fragment>
      ))}
      {props.page === null ? null : (
        <span className={`figures ${classes.page ?? ''}`}>{t('preview.onPage', { page: props.page })}</span>
      )}
    </span>
  )
}
