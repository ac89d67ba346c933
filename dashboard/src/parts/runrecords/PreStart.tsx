import { useState } from 'react'
import { Link } from 'wouter'
import type { PreStartEntryView, PreStartPlant, PreStartSheet } from '../../../../gateway/http/contract.ts'
import { may } from '../../../../rules/permission.ts'
import { useMe } from '../../api.ts'
import { formatTime, plain } from '../../format.ts'
import { usePreStart, useRunForms } from '../../runrecords.ts'
import { useText } from '../../text/index.ts'
import { Button, useRecordBlock } from '../Button.tsx'
import { Loaded, Note } from '../notes.tsx'
import { type Asked, PreStartDialog } from './PreStartDialog.tsx'

/** Check lists before the start of the plants of a form: what lacks now, and what was done on this day. */
export function PreStart({
  form,
  day,
  today,
}: {
  readonly form: string
  readonly day: string
  readonly today: boolean
}) {
  const { t } = useText()
  const forms = useRunForms()
  const has = forms.data?.some(f => f.id === form && f.preStart.length > 0) ?? false
  const query = usePreStart(form, day, has)
  const [asked, setAsked] = useState<Asked | null>(null)
  if (!has) return null
  return (
    <section className="card rr-pre" aria-label={t('runRecords.preStart.title')} data-part="pre-start">
      <div className="card-h">
        <h2>{t('runRecords.preStart.title')}</h2>
      </div>
      <Loaded query={query} what={t('runRecords.preStart.title')}>
        {sheet => (
          <>
            {today ? (
              <ul className="lst rp-x">
                {sheet.plants.map(plant => (
                  <Plant key={plant.equipment} plant={plant} mine={sheet.mine} ask={setAsked} />
                ))}
              </ul>
            ) : null}
            <Entries sheet={sheet} ask={setAsked} />
          </>
        )}
      </Loaded>
      {asked === null ? null : (
        <PreStartDialog
          form={form}
          asked={{
            ...asked,
            plant: query.data?.plants.find(p => p.equipment === asked.plant.equipment) ?? asked.plant,
          }}
          onClose={() => setAsked(null)}
        />
      )}
    </section>
  )
}

interface PlantProps {
  readonly plant: PreStartPlant
  readonly mine: boolean
  readonly ask: (asked: Asked) => void
}
function Plant({ plant, mine, ask }: PlantProps) {
  const { t, of, lang } = useText()
  const me = useMe()
  const away = useRecordBlock()
  const { last, lack } = plant
  const until = last
    ? formatTime(Date.parse(last.at) + plant.validMin * 60_000, lang, me.site.timezone).slice(0, 5)
    : ''
  return (
    <li data-plant={plant.equipment}>
      <div className="grow col g2">
        <div>
          <b>{of(plant.name)}</b>
          {plant.running === null ? null : (
            <span className="dim"> {t(plant.running ? 'runRecords.running' : 'runRecords.standing')}</span>
          )}
        </div>
        {lack ? (
          <Note sort="plain" icon="warn">
            {of(lack)}
          </Note>
        ) : (
          <Note sort="yes" icon="check">
            {t(last?.kind === 'override' ? 'runRecords.preStart.freeOverride' : 'runRecords.preStart.free', {
              ...{ time: until, name: plain(last?.by ?? '') },
            })}
          </Note>
        )}
      </div>
      <span className="row wrap">
        {mine ? (
          <Button blocked={away} onClick={() => ask({ mode: 'check', plant })}>
            {t('runRecords.preStart.check')}
          </Button>
        ) : null}
        {lack && may(me.role, 'run-record.review') ? (
          <Button blocked={away} onClick={() => ask({ mode: 'override', plant })}>
            {t('runRecords.preStart.override')}
          </Button>
        ) : null}
      </span>
    </li>
  )
}

function Entries({ sheet, ask }: { readonly sheet: PreStartSheet; readonly ask: (asked: Asked) => void }) {
  const { t, of, lang } = useText()
  const { site } = useMe()
  const away = useRecordBlock()
  const time = (at: string) => formatTime(Date.parse(at), lang, site.timezone).slice(0, 5)
  const said = (e: PreStartEntryView) =>
    [
      ...(e.kind === 'check'
        ? [
            e.notOk.length === 0
              ? t('runRecords.preStart.allOk')
              : t('runRecords.preStart.notOk', { items: e.notOk.map(of).join(t('common.listSep')) }),
            plain(e.remark),
          ]
        : e.reason === ''
          ? [t('runRecords.preStart.askReason')]
          : [t('runRecords.excused', { reason: plain(e.reason), by: plain(e.reasonBy) })]),
      e.unseenFrom === null ? '' : t('runRecords.unseen', { time: time(e.unseenFrom) }),
    ].filter(text => text !== '')
  if (sheet.entries.length === 0) return <p className="dim rr-pad">{t('runRecords.preStart.none')}</p>
  return (
    <ul className="lst">
      {sheet.entries.map(e => {
        const plant = sheet.plants.find(p => p.equipment === e.equipment)
        return (
          <li key={e.id} data-entry={e.kind}>
            <div className="grow">
              <div>
                <span className="mono">{time(e.at)}</span> {plant ? of(plant.name) : plain(e.equipment)} ·{' '}
                {e.kind === 'unchecked' ? (
                  <b>{t('runRecords.preStart.kind.unchecked')}</b>
                ) : (
                  t(`runRecords.preStart.kind.${e.kind}`)
                )}
                {e.by === '' ? null : <bdi> · {plain(e.by)}</bdi>}
              </div>
              <div className="cap">{said(e).join(' · ')}</div>
            </div>
            {e.kind === 'unchecked' && e.reason === '' && sheet.mine && plant ? (
              <Button blocked={away} onClick={() => ask({ mode: 'explain', plant, entry: e.id })}>
                {t('runRecords.preStart.explain')}
              </Button>
            ) : null}
          </li>
        )
      })}
    </ul>
  )
}

/** From a refused start to the list that it lacks. */
export function PreStartLink({ equipment }: { readonly equipment: string }) {
  const { t } = useText()
  const me = useMe()
  const forms = useRunForms(30_000, me.site.runRecords && may(me.role, 'run-record.read')).data ?? []
  const form = forms.find(f => f.preStart.includes(equipment))
  return form ? (
    <>
      {' '}
      <Link href={`/runrecords/${encodeURIComponent(form.id)}`} className="link">
        {t('runRecords.preStart.link')}
      </Link>
    </>
  ) : null
}
