import { useState } from 'react'
import type { CommandView, EquipmentView, PointInfo } from '../../../gateway/http/contract.ts'
import { isOpen } from '../../../rules/command.ts'
import { may } from '../../../rules/permission.ts'
import { useMe } from '../api.ts'
import { answerCommand, useCommands } from '../commands.ts'
import { formatDay, plain } from '../format.ts'
import { sampleOf, useDerived } from '../live.ts'
import { useText } from '../text/index.ts'
import { Button, useLinkBlock } from './Button.tsx'
import { CommandDialog } from './CommandDialog.tsx'
import { CommandResult, useValueText } from './CommandResult.tsx'
import { Loaded, Refusal } from './notes.tsx'
import { Value } from './Value.tsx'

type Spec = NonNullable<PointInfo['command']>
export type Commandable = PointInfo & { readonly command: Spec }
const commandable = (point: PointInfo): point is Commandable => point.command !== undefined
const SHOWN = 5

/** What can be commanded here, by whom, and what became of the last commands. Nothing is drawn where nothing can be. */
export function Commands({ equipment }: { readonly equipment: EquipmentView }) {
  const { t } = useText()
  const { role } = useMe()
  const points = equipment.points.filter(commandable)
  const query = useCommands(equipment.id)
  if (points.length === 0 || !may(role, 'command.read')) return null
  return (
    <section className="card cmds">
      <div className="card-h">
        <h2>{t('commands.title')}</h2>
      </div>
      <Loaded query={query} what={t('commands.title')}>
        {commands => (
          <>
            <ul className="lst">
              {points.map(point => (
                <Row
                  key={point.id}
                  equipment={equipment.id}
                  point={point}
                  open={commands.find(c => c.point === point.id && isOpen(c))}
                />
              ))}
            </ul>
            {commands.length > 0 ? (
              <ul className="lst">
                {commands.slice(0, SHOWN).map(command => (
                  <Past
                    key={command.id}
                    command={command}
                    equipment={equipment.id}
                    point={points.find(p => p.id === command.point)}
                  />
                ))}
              </ul>
            ) : null}
          </>
        )}
      </Loaded>
    </section>
  )
}

interface RowProps {
  readonly equipment: string
  readonly point: Commandable
  readonly open: CommandView | undefined
}
function Row({ equipment, point, open }: RowProps) {
  const { t, of, code } = useText()
  const { role } = useMe()
  const away = useLinkBlock()
  const [asking, setAsking] = useState<{ readonly value: CommandView['value'] | null } | null>(null)
  const worded = useValueText()
  const offline = useDerived([`${equipment}/online`], () => sampleOf(`${equipment}/online`)?.value !== true)
  const now = useDerived([point.id], () => {
    const sample = sampleOf(point.id)
    return sample?.quality === 'good' ? sample.value : null
  })
  const { roles } = point.command
  const blocked =
    away ??
    (!roles.includes(role)
      ? t('common.blockedRole', { roles: roles.map(one => code('role', one)).join(t('common.listSep')) })
      : open
        ? t('commands.blockedBusy', { name: plain(open.requestedBy) })
        : offline
          ? t('commands.blockedOffline')
          : null)
  // A switch has a button for each state that it is not in; whatever has more choices is chosen in the dialog.
  const choices = point.kind === 'boolean' ? (point.command.values ?? [true, false]).filter(v => v !== now) : [null]
  return (
    <li>
      <div className="grow">
        <div>
          <bdi>{of(point.name)}</bdi>
        </div>
        <Value point={point} />
        {blocked && !away ? <div className="cap">{blocked}</div> : null}
      </div>
      <span className="row wrap">
        {choices.map(value => (
          <Button key={String(value)} blocked={blocked} onClick={() => setAsking({ value })}>
            {value === null ? t('commands.set') : t('commands.setTo', { value: worded(point, value) })}…
          </Button>
        ))}
      </span>
      {asking ? (
        <CommandDialog equipment={equipment} point={point} fixed={asking.value} onClose={() => setAsking(null)} />
      ) : null}
    </li>
  )
}

interface PastProps {
  readonly command: CommandView
  readonly equipment: string
  readonly point: Commandable | undefined
}
function Past({ command, equipment, point }: PastProps) {
  const { t, of } = useText()
  const { site, name, role } = useMe()
  const away = useLinkBlock()
  const worded = useValueText()
  const [error, setError] = useState<unknown>(null)
  const own = command.requestedBy === name
  const able = point?.command.roles.includes(role) ?? false
  const answer = (word: 'confirm' | 'refuse') => {
    setError(null)
    answerCommand(equipment, command.id, word).catch(setError)
  }
  return (
    <li>
      <div className="grow col g2">
        <div>
          <b>
            {t('commands.verb', {
              point: point ? of(point.name) : plain(command.point),
              value: worded(point, command.value),
            })}
          </b>
          <div className="cap">
            {formatDay(Date.parse(command.requestedAt), site.timezone)} · <bdi>{plain(command.requestedBy)}</bdi>
            {command.secondBy === null ? null : (
              <>
                {' + '}
                <bdi>{plain(command.secondBy)}</bdi>
              </>
            )}{' '}
            · {t('orders.reasonLine', { text: plain(command.reason) })}
          </div>
        </div>
        <CommandResult command={command} point={point} />
        {command.phase === 'awaiting' ? (
          <span className="row wrap">
            {own ? null : (
              <Button
                primary
                blocked={away ?? (able ? null : t('commands.blockedSecond'))}
                onClick={() => answer('confirm')}
              >
                {t('commands.agree')}
              </Button>
            )}
            <Button blocked={away ?? (able ? null : t('commands.blockedSecond'))} onClick={() => answer('refuse')}>
              {t(own ? 'commands.withdraw' : 'commands.disagree')}
            </Button>
          </span>
        ) : null}
        <Refusal error={error} />
      </div>
    </li>
  )
}
