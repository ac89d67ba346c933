import { useState } from 'react'
import { Dialog } from '../../../parts/Dialog.tsx'
import { useText } from '../../../text/index.ts'
import { Ticks } from '../Ticks.tsx'
import { Choice, TextField, TimesField } from './fields.tsx'
import { type NotifyEdit, type OrderRole, orderRoles, type Times, timesWrong, wholeOf } from './model.ts'

interface Props {
  readonly edit: NotifyEdit
  readonly onDone: () => void
  readonly onClose: () => void
}
/** Who is told when an order runs late; how long links hold; how often a digest goes out in a flood. */
export function RestDialog({ edit, onDone, onClose }: Props) {
  const { t, code } = useText()
  const { file } = edit
  const rosters = ['', ...(file.rosters ?? []).map(r => r.id)]
  const [channels, setChannels] = useState<readonly string[]>(file.orders?.channels ?? [])
  const [who, setWho] = useState<Readonly<Partial<Record<OrderRole, string>>>>(file.orders?.rosters ?? {})
  const [quiet, setQuiet] = useState<readonly Times[]>(file.orders?.quiet ?? [])
  const [hours, setHours] = useState(String(file.links?.hours ?? 12))
  const [every, setEvery] = useState(String(file.flood?.everyMin ?? 5))
  const named = orderRoles.some(role => who[role])
  const wrongHours = wholeOf(hours, 1, 168) === null ? t('notifyForm.hoursWrong') : null
  const wrongEvery = wholeOf(every, 1, 60) === null ? t('notifyForm.everyWrong') : null
  const lacks =
    channels.length > 0 && !named
      ? t('notifyForm.rosterNeeded')
      : channels.length === 0 && named
        ? t('notifyForm.channelNeeded')
        : null
  const save = async () => {
    const orders = {
      channels,
      rosters: Object.fromEntries(Object.entries(who).filter(([, roster]) => roster !== '')),
      ...(quiet.length > 0 && { quiet }),
    }
    const { orders: _, ...rest } = file
    const next = { ...rest, links: { hours: Number(hours) }, flood: { everyMin: Number(every) } }
    if (await edit.save(channels.length > 0 ? { ...next, orders } : next)) onDone()
  }
  return (
    <Dialog
      title={t('notifyForm.rest')}
      verb={t('notify.save')}
      blocked={
        edit.blocked ?? lacks ?? (timesWrong(quiet) ? t('notifyForm.timesWrong') : null) ?? wrongHours ?? wrongEvery
      }
      busy={edit.busy}
      error={edit.error}
      onDo={() => void save()}
      onClose={onClose}
    >
      <span className="cap">{t('notifyForm.ordersWhy')}</span>
      <Ticks
        label={t('notifyForm.byChannels')}
        all={file.channels.map(c => c.id)}
        chosen={channels}
        word={c => c}
        onChange={setChannels}
      />
      <div className="two">
        {orderRoles.map(role => (
          <Choice
            key={role}
            label={code('role', role)}
            value={who[role] ?? ''}
            all={rosters}
            word={one => (one === '' ? t('common.none') : one)}
            onChange={roster => setWho({ ...who, [role]: roster })}
          />
        ))}
      </div>
      <TimesField label={t('notifyForm.quiet')} none={t('notifyForm.quietNone')} times={quiet} onChange={setQuiet} />
      <div className="two">
        <TextField label={t('notifyForm.linkHours')} numeric value={hours} wrong={wrongHours} onChange={setHours} />
        <TextField
          label={t('notifyForm.floodEvery')}
          hint={t('notifyForm.floodHint')}
          numeric
          value={every}
          wrong={wrongEvery}
          onChange={setEvery}
        />
      </div>
    </Dialog>
  )
}
