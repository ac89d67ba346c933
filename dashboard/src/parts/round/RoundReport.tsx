import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { Link } from 'wouter'
import type { PatrolReportView } from '../../../../gateway/http/contract.ts'
import { call } from '../../api.ts'
import { useText } from '../../text/index.ts'
import { Loaded } from '../notes.tsx'
import { ReportFigures } from './ReportFigures.tsx'

const weekBefore = (day: string): string => new Date(Date.parse(day) - 6 * 86_400_000).toISOString().slice(0, 10)

/** What an inspector asks: the share in time, hours uncovered, where the gaps are, who is quicker than anybody can walk. */
export function RoundReport({ until }: { readonly until: string }) {
  const { t, lang } = useText()
  const [to, setTo] = useState(until)
  const [from, setFrom] = useState(() => (until === '' ? '' : weekBefore(until)))
  const report = useQuery({
    queryKey: ['patrol', 'report', from, to],
    queryFn: () => call<PatrolReportView>(`patrol-report?from=${from}&to=${to}`),
    enabled: from !== '' && to !== '',
  })
  return (
    <section className="card" aria-label={t('rounds.report')}>
      <div className="card-h wrap">
        <h2>{t('rounds.report')}</h2>
        <span className="ml row wrap pr-d">
          <input
            className="inp"
            type="date"
            aria-label={t('rounds.from')}
            value={from}
            onChange={e => setFrom(e.target.value)}
          />
          <input
            className="inp"
            type="date"
            aria-label={t('rounds.to')}
            value={to}
            onChange={e => setTo(e.target.value)}
          />
          <a className="btn sm" href={`/api/v1/patrol-report?from=${from}&to=${to}&format=csv&lang=${lang}`} download>
            {t('rounds.csv')}
          </a>
          <a
            className="btn sm"
            href={`/api/v1/patrol-report?from=${from}&to=${to}&format=csv&what=guards&lang=${lang}`}
            download
          >
            {t('rounds.csvGuards')}
          </a>
          <Link className="btn sm" href={`/rounds/print?from=${from}&to=${to}`}>
            {t('rounds.print')}
          </Link>
        </span>
      </div>
      <Loaded query={report} what={t('rounds.report')}>
        {view => (
          <div className="col g3 pr-rep">
            <ReportFigures view={view} />
          </div>
        )}
      </Loaded>
    </section>
  )
}
