import { useQuery } from '@tanstack/react-query'
import { Link } from 'wouter'
import type { OrderFiguresView } from '../../../gateway/http/contract.ts'
import { call, useMe } from '../api.ts'
import { formatDay, formatDuration, formatNumber } from '../format.ts'
import { Page } from '../parts/Frame.tsx'
import { Icon } from '../parts/Icon.tsx'
import { Loaded, Note } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'

const DAYS = 30

/** How well orders are done: each figure with what it is of, and "too few" instead of a 0 that means nothing. */
export default function OrderFigures() {
  const { t } = useText()
  const zone = useMe().site.timezone
  const query = useQuery({
    queryKey: ['order-figures', DAYS],
    queryFn: () => call<OrderFiguresView>(`order-figures?days=${DAYS}`),
    staleTime: 60_000,
  })
  const from = query.data && formatDay(Date.parse(query.data.from), zone)
  return (
    <Page title={t('orderFigures.title')} sub={from && t('orderFigures.sub', { from, days: DAYS })}>
      <div className="row wrap bar-h">
        <Link href="/orders" className="link">
          {t('orderFigures.back')}
        </Link>
      </div>
      <Loaded query={query} what={t('orderFigures.title')}>
        {figures => (
          <div className="col g3">
            {figures.demo > 0 ? (
              <Note icon="help">
                <b>{t('figures.demo')}</b> {t('orderFigures.demoWhy', { n: figures.demo, of: figures.closed })}
              </Note>
            ) : null}
            <section className="card">
              <Numbers f={figures} />
            </section>
          </div>
        )}
      </Loaded>
    </Page>
  )
}

function Numbers({ f }: { readonly f: OrderFiguresView }) {
  const { t, lang } = useText()
  const few = t('orderFigures.few')
  const lasts = (ms: number | null) => (ms === null ? few : formatDuration(ms))
  const share = (part: number, of: number) => (of === 0 ? few : `${formatNumber((part / of) * 100, lang, 1)} %`)
  const outOf = (part: number, of: number) => t('orderFigures.outOf', { n: part, of })
  const ofN = (n: number) => t('orderFigures.ofN', { n })
  type Row = readonly [name: string, value: string, of: string, target: string, met: boolean | null]
  const kept = (kind: 'arrive' | 'restore' | 'close'): Row => {
    const { met, n } = f.kept[kind]
    return [t(`orderFigures.${kind}`), share(met, n), outOf(met, n), '100 %', n === 0 ? null : met === n]
  }
  const { visits } = f
  const rows: readonly Row[] = [
    [t('orderFigures.firstTime'), share(f.firstTime, f.closed), outOf(f.firstTime, f.closed), '', null],
    [t('orderFigures.reopened'), share(f.reopened, f.closed), outOf(f.reopened, f.closed), '', null],
    kept('arrive'),
    kept('restore'),
    kept('close'),
    [t('orderFigures.accept'), lasts(f.acceptMs.value), ofN(f.acceptMs.n), '', null],
    [t('orderFigures.whole'), lasts(f.restoreMs.value), ofN(f.restoreMs.n), '', null],
    [t('orderFigures.worked'), lasts(f.restoreWorkedMs.value), ofN(f.restoreWorkedMs.n), '', null],
    [t('orderFigures.paused'), f.pausedShare === null ? few : share(f.pausedShare, 1), ofN(f.closed), '', null],
    [
      t('orderFigures.visited'),
      share(visits.made, visits.due),
      outOf(visits.made, visits.due),
      '100 %',
      visits.due === 0 ? null : visits.made === visits.due,
    ],
    [
      t('orderFigures.inTime'),
      share(visits.inTime, visits.made),
      outOf(visits.inTime, visits.made),
      '> 98 %',
      visits.made === 0 ? null : visits.inTime / visits.made > 0.98,
    ],
    [
      t('orderFigures.solved'),
      share(visits.solved, visits.made),
      outOf(visits.solved, visits.made),
      '> 95 %',
      visits.made === 0 ? null : visits.solved / visits.made > 0.95,
    ],
    [
      t('orderFigures.score'),
      f.score.value === null ? few : formatNumber(f.score.value, lang, 1),
      ofN(f.score.n),
      '',
      null,
    ],
    [
      t('orderFigures.knownFirst'),
      share(f.knownFirst.n, f.knownFirst.of),
      outOf(f.knownFirst.n, f.knownFirst.of),
      '',
      null,
    ],
    [t('orderFigures.open'), formatNumber(f.open, lang, 0), '', '', null],
    [t('orderFigures.oldest'), f.oldestMs === null ? '—' : formatDuration(f.oldestMs), '', '', null],
  ]
  return (
    <table className="tbl flow" aria-label={t('orderFigures.title')}>
      <thead>
        <tr>
          <th>{t('figures.what')}</th>
          <th className="r">{t('figures.value')}</th>
          <th className="r">{t('orderFigures.of')}</th>
          <th className="r">{t('figures.target')}</th>
          <th>{t('figures.verdict')}</th>
        </tr>
      </thead>
      <tbody>
        {rows.map(([name, value, of, target, met]) => (
          <tr key={name}>
            <td className="wide">{name}</td>
            <td className="nw r b">{value}</td>
            <td className="nw r dim">{of}</td>
            <td className="nw r dim">
              {target === '' ? null : <span className="only-s">{t('orderFigures.target', { target: '' })}</span>}
              {target}
            </td>
            <td className="nw">
              {met === false ? (
                <b>
                  <Icon name="warn" /> {t('orderFigures.missed')}
                </b>
              ) : met === null && target !== '' ? (
                <span className="dim">—</span>
              ) : (
                <span className="dim">{t(met === true ? 'figures.good' : 'figures.known')}</span>
              )}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
