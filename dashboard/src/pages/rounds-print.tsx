import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useSearch } from 'wouter'
import type { PatrolReportView } from '../../../gateway/http/contract.ts'
import { call, useMe } from '../api.ts'
import { formatDay } from '../format.ts'
import { serverNow } from '../live.ts'
import { Back } from '../parts/Back.tsx'
import { Button } from '../parts/Button.tsx'
import { Page } from '../parts/Frame.tsx'
import { Loaded } from '../parts/notes.tsx'
import { ReportFigures } from '../parts/round/ReportFigures.tsx'
import { useText } from '../text/index.ts'
import './runbooks.css'
import '../round.css'

const day = /^\d{4}-\d{2}-\d{2}$/

/** The report of patrols for paper or PDF, with the entry of the trail up to which it is. */
export default function RoundsPrint() {
  const { t, of } = useText()
  const asked = new URLSearchParams(useSearch())
  const { name: site, timezone } = useMe().site
  // Opened without days it is today's, not a page that waits for ever.
  const [opened] = useState(serverNow)
  const said = (key: 'from' | 'to') => {
    const text = asked.get(key) ?? ''
    return day.test(text) ? text : formatDay(opened, timezone).slice(0, 10)
  }
  const [from, to] = [said('from'), said('to')]
  const span = from === to ? from : `${from} – ${to}`
  const report = useQuery({
    // What is printed is one moment: it does not change under the printer.
    queryKey: ['patrol-print', from, to],
    queryFn: () => call<PatrolReportView>(`patrol-report?from=${from}&to=${to}`),
    staleTime: Number.POSITIVE_INFINITY,
  })
  return (
    <Page title={t('rounds.printTitle')} sub={span}>
      <div className="rp pr-p">
        <div className="row wrap g2 bar-h rp-x">
          <Back href="/rounds">{t('rounds.title')}</Back>
          <Button onClick={() => window.print()}>{t('rounds.print')}</Button>
        </div>
        <Loaded query={report} what={t('rounds.printTitle')}>
          {view => (
            <article className="card rp-p pr-rep col g3">
              <h2>{t('rounds.printTitle')}</h2>
              <div className="row wrap g3">
                <span>{of(site)}</span>
                <b>{span}</b>
                <span>{t('rounds.printed', { at: formatDay(serverNow(), timezone) })}</span>
              </div>
              <ReportFigures view={view} />
            </article>
          )}
        </Loaded>
      </div>
    </Page>
  )
}
