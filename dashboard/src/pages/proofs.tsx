import { Link, useSearch } from 'wouter'
import type { ProofView } from '../../../gateway/http/contract.ts'
import { useMe } from '../api.ts'
import { formatDay, plain } from '../format.ts'
import { Back } from '../parts/Back.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded } from '../parts/notes.tsx'
import { Priority } from '../parts/Priority.tsx'
import { ProvableList } from '../parts/ProveAlarm.tsx'
import { useProofs, useProvable } from '../proofs.ts'
import { useText } from '../text/index.ts'

/** All tests of alarms, newest first; each leads to its report. */
export default function Proofs() {
  const { t } = useText()
  const rule = new URLSearchParams(useSearch()).get('rule')
  const query = useProofs(rule)
  return (
    <Page title={t('proving.title')}>
      <div className="col g3">
        <div className="row">
          <Back href="/alarms">{t('figures.back')}</Back>
        </div>
        <p className="dim prose">{t('proving.what')}</p>
        {rule === null ? null : <OfRule rule={rule} />}
        <section className="card">
          <Loaded query={query} what={t('proving.title')}>
            {list =>
              list.length === 0 ? (
                <Empty title={t('proving.noTests')} why={t('proving.noTestsWhy')} />
              ) : (
                <Table list={list} />
              )
            }
          </Loaded>
        </section>
      </div>
    </Page>
  )
}

/** Each alarm of one rule, and the way to test it. */
function OfRule({ rule }: { readonly rule: string }) {
  const { t, of } = useText()
  const query = useProvable({ rule })
  return (
    <section className="card">
      <div className="card-h wrap">
        <h2>{t('proving.ofRule', { rule: query.data?.[0] ? of(query.data[0].text) : plain(rule) })}</h2>
        <Link href="/alarms/tests" className="link ml">
          {t('proving.all')}
        </Link>
      </div>
      <Loaded query={query} what={t('proving.title')}>
        {list => <ProvableList list={list} byEquipment />}
      </Loaded>
    </section>
  )
}

function Table({ list }: { readonly list: readonly ProofView[] }) {
  const { t, of } = useText()
  const { site } = useMe()
  return (
    <table className="tbl flow" aria-label={t('proving.title')}>
      <thead>
        <tr>
          <th>{t('proving.no')}</th>
          <th>{t('proving.rule')}</th>
          <th>{t('proving.when')}</th>
          <th>{t('proving.by')}</th>
          <th>{t('proving.result')}</th>
        </tr>
      </thead>
      <tbody>
        {list.map(one => (
          <tr key={one.id}>
            <td className="nw mono">
              <Link href={`/alarms/tests/${encodeURIComponent(one.id)}`} className="link">
                {one.no}
              </Link>
            </td>
            <td className="wide">
              <Priority severity={one.severity} /> {of(one.text)}
              <div className="cap">
                <bdi>{of(one.equipmentName)}</bdi>
                {one.space ? ` · ${of(one.space)}` : ''}
              </div>
            </td>
            <td className="nw">{formatDay(Date.parse(one.at), site.timezone)}</td>
            <td className="nw">
              <bdi>{plain(one.by)}</bdi>
            </td>
            <td>
              <b>{t(one.end === null ? 'proving.under' : one.passed ? 'proving.passed' : 'proving.notPassed')}</b>
              {one.end === null ? null : <div className="cap">{t(`proving.end.${one.end}`)}</div>}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
