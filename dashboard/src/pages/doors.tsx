import { useState } from 'react'
import { Link } from 'wouter'
import type { AccessDoorView } from '../../../gateway/http/contract.ts'
import { useDoorControllers, useDoors, useFireRelease } from '../access.ts'
import { useMay } from '../api.ts'
import { ClockNote } from '../parts/ClockNote.tsx'
import { DoorControllers, FireRelease } from '../parts/DoorControllers.tsx'
import { DoorEvents } from '../parts/doors/DoorEvents.tsx'
import { DoorHolders } from '../parts/doors/DoorHolders.tsx'
import { DoorRow, isOdd } from '../parts/doors/DoorRow.tsx'
import { SetMode } from '../parts/doors/doormodes.tsx'
import { Page } from '../parts/Frame.tsx'
import { Empty, Loaded, Note } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'
import './doors.css'

/** Doors: those that are not as usual first, the oldest on top; who was refused and why; who could come in when. */
export default function Doors() {
  const { t, of } = useText()
  const query = useDoors()
  const controllers = useDoorControllers().data ?? []
  const release = useFireRelease().data
  const [setting, setSetting] = useState<AccessDoorView | null>(null)
  const mayRead = useMay('pass.read')
  return (
    <Page title={t('doors.title')} sub={t('doors.sub')}>
      <Loaded query={query} what={t('doors.title')}>
        {view => {
          if (view.items.length === 0)
            return (
              <section className="card">
                <Empty icon="lock" title={t('doors.none')} why={t('doors.noneWhy')} />
              </section>
            )
          const odd = view.items.filter(isOdd).sort((a, b) => Date.parse(a.mode.since) - Date.parse(b.mode.since))
          const rest = view.items.filter(door => !isOdd(door))
          return (
            <div className="col g3">
              {view.clockSafe ? null : <ClockNote title={t('doors.clock')} />}
              {view.unknown > 0 ? (
                <Note sort="medium" icon="person">
                  {t('doors.unknown', { n: view.unknown })}
                </Note>
              ) : null}
              {view.items.some(door => door.ownTable) ? (
                <Note icon="help" title={t('doors.ownTable')}>
                  {t('doors.ownTableWhy')}
                </Note>
              ) : null}
              {release ? <FireRelease view={release} /> : null}
              <section className="card" aria-label={t('doors.list')}>
                <div className="card-h">
                  <h2>{t('doors.list')}</h2>
                  <span className="dim">{t('doors.count', { n: view.items.length, odd: odd.length })}</span>
                  {mayRead ? (
                    <Link className="link ml" href="/muster">
                      {t('doors.muster')}
                    </Link>
                  ) : null}
                </div>
                <ul className="drs">
                  {[...odd, ...rest].map(door => (
                    <DoorRow
                      key={door.id}
                      door={door}
                      controller={controllers.find(c => c.doors.includes(door.id))}
                      onSet={() => setSetting(door)}
                    />
                  ))}
                </ul>
              </section>
              <DoorControllers items={controllers} release={release} />
              {mayRead ? <DoorEvents doors={view.items} /> : null}
              {mayRead ? <DoorHolders doors={view.items} /> : null}
              <section className="card">
                <div className="card-h">
                  <h2>{t('doors.areas')}</h2>
                </div>
                <ul className="drs-a">
                  {view.areas.map(area => (
                    <li key={area.id}>
                      {of(area.name)}
                      <b className="ml">
                        {area.inside}
                        {area.capacity === null ? '' : ` / ${area.capacity}`}
                      </b>
                    </li>
                  ))}
                </ul>
              </section>
            </div>
          )
        }}
      </Loaded>
      {setting ? <SetMode door={setting} onClose={() => setSetting(null)} /> : null}
    </Page>
  )
}
