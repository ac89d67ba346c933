import type { AccessReports } from '../../../../gateway/http/contract.ts'
import { ruleName } from '../../../../rules/access/rulewords.ts'
import { useAccessReports } from '../../access.ts'
import { useMe } from '../../api.ts'
import { formatWhen } from '../../format.ts'
import { serverNow } from '../../live.ts'
import { useText } from '../../text/index.ts'
import { Table } from '../DoorLogParts.tsx'
import { Loaded } from '../notes.tsx'
import { type DoorsProps, useDoorName } from './DoorChoice.tsx'

/** What the events of a time come to, what was not given back, and what money is held. */
export function DoorReports({ doors, asked }: DoorsProps & { readonly asked: string }) {
  const { t, of, lang } = useText()
  const { timezone } = useMe().site
  const query = useAccessReports(asked)
  const nameOf = useDoorName(doors)
  const when = (at: string) => formatWhen(Date.parse(at), serverNow(), lang, timezone)
  return (
    <Loaded query={query} what={t('doorLog.title')}>
      {view => (
        <>
          <Table
            title={t('doorLog.opened')}
            note={[
              t('doorLog.period', { from: when(view.from), to: when(view.to) }),
              ...(view.openedCut ? [t('doorLog.openedCut', { n: view.opened.length })] : []),
            ].join(' ')}
            none={t('doorLog.noneOpened')}
            noneWhy={t('doorLog.noneOpenedWhy')}
            heads={['name', 'company', 'door', 'times', 'entered', 'last'].map(word =>
              word === 'door' ? t('doors.door') : t(`doorLog.${word as 'name'}`),
            )}
            rows={view.opened.map(o => [o.name, o.company ?? '—', nameOf(o.door), o.times, o.entered, when(o.last)])}
          />
          <Table
            title={t('doorLog.refused')}
            none={t('doors.noRefusals')}
            heads={[
              t('doorLog.reason'),
              t('doorLog.rule'),
              t('doorLog.times'),
              t('doorLog.people'),
              t('doorLog.doorsN'),
            ]}
            rows={view.refused.map(r => [of(r.text), of(ruleName(r.rule)), r.times, r.people, r.doors])}
          />
          <Held title={t('doorLog.unreturned')} none={t('doorLog.noneOut')} list={view.unreturned} />
          <Held
            title={t('doorLog.deposits')}
            none={t('doorLog.noDeposits')}
            note={t('doorLog.total', { sum: view.depositsTotal })}
            list={view.deposits}
          />
          <p className="dim dl-kept">
            {view.kept.since === null
              ? t('doorLog.keptNone', { days: view.kept.days })
              : t('doorLog.kept', { days: view.kept.days, since: when(view.kept.since) })}{' '}
            {view.kept.dropped.map(d => t('doorLog.dropped', { month: d.month, n: d.events })).join(' · ')}
          </p>
        </>
      )}
    </Loaded>
  )
}

function Held(props: {
  readonly title: string
  readonly none: string
  readonly note?: string
  readonly list: AccessReports['unreturned']
}) {
  const { t, lang } = useText()
  const { timezone } = useMe().site
  const { list, ...rest } = props
  return (
    <Table
      {...rest}
      heads={(['no', 'name', 'company', 'works', 'phase', 'validTo', 'deposit', 'receipt'] as const).map(word =>
        t(`doorLog.${word}`),
      )}
      rows={list.map(h => [
        ...[h.no, h.name, h.company ?? '—', h.works ?? '—', t(`credentialPhase.${h.phase as 'active'}`)],
        ...[formatWhen(Date.parse(h.validTo), serverNow(), lang, timezone), h.deposit ?? '—', h.receipt ?? '—'],
      ])}
    />
  )
}
