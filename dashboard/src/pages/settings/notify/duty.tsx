import { useState } from 'react'
import { useMe } from '../../../api.ts'
import { formatWhen, plain } from '../../../format.ts'
import { serverNow } from '../../../live.ts'
import { Button } from '../../../parts/Button.tsx'
import { Empty, Note } from '../../../parts/notes.tsx'
import { useText } from '../../../text/index.ts'
import { useTimesWord } from './fields.tsx'
import { GroupDialog } from './group.tsx'
import { LadderDialog } from './ladder.tsx'
import { Editable } from './list.tsx'
import { type NotifyEdit, orderRoles, pressing } from './model.ts'
import { RestDialog } from './orders.tsx'
import { usePreview } from './preview.tsx'
import { RosterDialog } from './roster.tsx'

type Props = { readonly edit: NotifyEdit }

/** Who is on duty now, and who comes next until tomorrow. */
export function Rosters({ edit }: Props) {
  const { t, lang } = useText()
  const zone = useMe().site.timezone
  const duty = usePreview('life', '03:00', '').data?.duty ?? []
  const rosters = edit.file.rosters ?? []
  const names = (all: readonly string[]) =>
    all.length === 0 ? t('notifyForm.nobody') : all.map(plain).join(t('common.listSep'))
  return (
    <Editable
      title={t('notifyForm.rosters')}
      add={t('notifyForm.addRoster')}
      list="rosters"
      edit={edit}
      dialog={(id, onDone, onClose) => (
        <RosterDialog edit={edit} roster={rosters.find(r => r.id === id) ?? null} onDone={onDone} onClose={onClose} />
      )}
    >
      {actions =>
        rosters.length === 0 ? (
          <Empty icon="person" title={t('notifyForm.noRosters')} why={t('notifyForm.noRostersWhy')} />
        ) : (
          <ul className="card-b col g3 ntf">
            {rosters.map(({ id, people }) => {
              const at = duty.find(one => one.id === id)
              const [now, ...later] = at?.spans ?? []
              return (
                <li key={id} className="col g2">
                  <div className="row wrap">
                    <b>{id}</b> <span className="dim">{t('notify.of', { n: people.length })}</span>
                    <span className="ml row wrap">{actions(id, id)}</span>
                  </div>
                  {now ? (
                    <div>
                      <b className={now.names.length === 0 ? 'no' : ''}>
                        {t('notifyForm.now', { names: names(now.names) })}
                      </b>
                      {at?.signedUntil ? (
                        <span className="dim">
                          {' '}
                          {t('notifyForm.signed', {
                            time: formatWhen(Date.parse(at.signedUntil), serverNow(), lang, zone),
                          })}
                        </span>
                      ) : null}
                      {later.map(span => (
                        <span key={span.from}>
                          {' · '}
                          {t('notifyForm.from-then', {
                            time: formatWhen(Date.parse(span.from), serverNow(), lang, zone),
                            names: names(span.names),
                          })}
                        </span>
                      ))}
                    </div>
                  ) : null}
                </li>
              )
            })}
          </ul>
        )
      }
    </Editable>
  )
}

/** Who is told in which order while nobody acknowledges. */
export function Ladders({ edit }: Props) {
  const { t } = useText()
  const times = useTimesWord()
  const { ladders = [], rosters = [], channels } = edit.file
  return (
    <Editable
      title={t('notifyForm.ladders')}
      add={t('notifyForm.addLadder')}
      list="ladders"
      edit={edit}
      needs={rosters.length === 0 || channels.length === 0 ? t('notifyForm.ladderNeeds') : null}
      dialog={(id, onDone, onClose) => (
        <LadderDialog edit={edit} ladder={ladders.find(l => l.id === id) ?? null} onDone={onDone} onClose={onClose} />
      )}
    >
      {actions =>
        ladders.length === 0 ? (
          <Empty icon="clock" title={t('notifyForm.noLadders')} why={t('notifyForm.noLaddersWhy')} />
        ) : (
          <ul className="card-b col g3 ntf">
            {ladders.map(ladder => (
              <li key={ladder.id} className="col g2">
                <div className="row wrap">
                  <b>{t('notify.ladder', { id: ladder.id })}</b>
                  <span className="dim">
                    {(ladder.severities ?? pressing).map(s => t(`severity.${s}`)).join(t('common.listSep'))}
                  </span>
                  <span className="ml row wrap">{actions(ladder.id, ladder.id)}</span>
                </div>
                <ol>
                  {ladder.levels.map(level => (
                    <li key={level.afterMin}>
                      {t(level.afterMin === 0 ? 'notify.atOnce' : 'notify.level', {
                        n: level.afterMin,
                        roster: level.roster,
                        channels: level.channels.join(t('common.listSep')),
                      })}
                    </li>
                  ))}
                </ol>
                <span className="cap">
                  {t('notify.repeat', { n: ladder.repeatMin ?? 15 })}
                  {ladder.quiet?.length ? ` · ${t('notifyForm.quietAt', { times: times(ladder.quiet) })}` : ''}
                </span>
              </li>
            ))}
          </ul>
        )
      }
    </Editable>
  )
}

/** What orders tell, how long links hold, how often a digest goes out. */
export function Rest({ edit }: Props) {
  const { t, code } = useText()
  const [open, setOpen] = useState(false)
  const [done, setDone] = useState(false)
  const { orders, links, flood } = edit.file
  const told = orderRoles.filter(role => orders?.rosters[role])
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('notifyForm.rest')}</h2>
        <span className="ml">
          <Button
            small
            blocked={edit.blocked}
            aria-label={t('notifyForm.changeOne', { what: t('notifyForm.rest') })}
            onClick={() => {
              setDone(false)
              setOpen(true)
            }}
          >
            {t('notifyForm.change')}
          </Button>
        </span>
      </div>
      <div className="card-b col g2">
        {done ? (
          <Note sort="yes" icon="check" role="status">
            {t('notify.saved')}
          </Note>
        ) : null}
        <span>
          {orders && told.length > 0
            ? t('notifyForm.ordersTell', {
                who: told.map(role => `${code('role', role)} → ${orders.rosters[role]}`).join(t('common.listSep')),
                channels: orders.channels.join(t('common.listSep')),
              })
            : t('notifyForm.ordersNobody')}
        </span>
        <span>{t('notifyForm.linksHold', { n: links?.hours ?? 12 })}</span>
        <span>{t('notifyForm.floodEach', { n: flood?.everyMin ?? 5 })}</span>
      </div>
      {open ? (
        <RestDialog
          edit={edit}
          onDone={() => {
            setOpen(false)
            setDone(true)
          }}
          onClose={() => {
            setOpen(false)
            edit.forget()
          }}
        />
      ) : null}
    </section>
  )
}

/** Whom notices of outages go to. */
export function Groups({ edit }: Props) {
  const { t, of } = useText()
  const { groups = [], channels } = edit.file
  return (
    <Editable
      title={t('notifyForm.groups')}
      add={t('notifyForm.addGroup')}
      list="groups"
      edit={edit}
      needs={channels.length === 0 ? t('notifyForm.channelFirst') : null}
      dialog={(id, onDone, onClose) => (
        <GroupDialog edit={edit} group={groups.find(g => g.id === id) ?? null} onDone={onDone} onClose={onClose} />
      )}
    >
      {actions =>
        groups.length === 0 ? (
          <div className="card-b dim">{t('notifyForm.noGroups')}</div>
        ) : (
          <ul className="card-b col g3 ntf">
            {groups.map(group => (
              <li key={group.id} className="row wrap">
                <b>{of(group.name)}</b>{' '}
                <span className="dim">
                  {t('notify.group', {
                    n: group.people?.length ?? 0,
                    channels: group.channels.join(t('common.listSep')),
                  })}
                </span>
                <span className="ml row wrap">{actions(group.id, of(group.name))}</span>
              </li>
            ))}
          </ul>
        )
      }
    </Editable>
  )
}
