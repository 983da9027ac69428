/**
 * Owns how a path with provenance is shown: each archive a step, the document last.
 */
import { IconChevronRight } from '@tabler/icons-react'
import { Fragment } from 'react'
import { t } from '../text/language'
import { splitProvenance } from '../text/passages'
import classes from './document-path.module.css'
import type { ReactNode } from 'react'

export function DocumentPath({ path }: { readonly path: string }): ReactNode {
  const steps = splitProvenance(path)
  return (
    <span className={classes.path} title={path}>
      {steps.map((step, at) => (
        <Fragment key={`${at}-${step}`}>
          {at > 0 ? (
            <IconChevronRight size={12} className={classes.chevron} aria-label={t('documents.containing')} />
          ) : null}
          <span>{step}</span>
        </Fragment>
      ))}
    </span>
  )
}
