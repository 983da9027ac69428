/**
 * Owns telling that an organization manages this computer, by which policy, and what is wrong with it.
 */
import { Alert, List, Stack, Text } from '@mantine/core'
import { IconAlertTriangle, IconBuilding } from '@tabler/icons-react'
import { t } from '../text/language'
import type { ReactNode } from 'react'
import type { PolicySummary } from '../../shared/policy-summary'

function Origin({ policy: { path, contact } }: { readonly policy: PolicySummary }): ReactNode {
  return (
    <>
      <Text size="sm">{t('settings.managedFrom', { path: path ?? '' })}</Text>
      {contact === null ? null : <Text size="sm">{t('settings.managedAsk', { contact })}</Text>}
    </>
  )
}

export function PolicyNotice({ policy }: { readonly policy: PolicySummary | undefined }): ReactNode {
  if (policy === undefined || policy.path === null) return null
  const { broken, organization, problems } = policy
  if (broken) {
    return (
      <Alert
        color="red"
        data-testid="policy"
        icon={<IconAlertTriangle aria-hidden />}
        title={t('settings.policyBroken')}
      >
        <Stack gap={6}>
          <Text size="sm">{t('settings.policyBrokenMore')}</Text>
          <List size="sm">
            {problems.map((problem) => (
              <List.Item key={problem}>{problem}</List.Item>
            ))}
          </List>
          <Origin policy={policy} />
        </Stack>
      </Alert>
    )
  }
  const title = organization === null ? t('settings.managed') : t('settings.managedBy', { organization })
  return (
    // Nothing is wrong: it is read when a person comes to it.
    <Alert role="note" color="gray" data-testid="policy" icon={<IconBuilding aria-hidden />} title={title}>
      <Origin policy={policy} />
    </Alert>
  )
}
