import { useId, useState } from 'react'
import type { PointId } from '../../../drivers/point.ts'
import type { CommandView } from '../../../gateway/http/contract.ts'
import { interlockStates, valueProblem } from '../../../rules/command.ts'
import { newKey } from '../api.ts'
import { giveCommand, useCommands } from '../commands.ts'
import { formatUnit } from '../format.ts'
import { sampleOf, useDerived } from '../live.ts'
import { useText } from '../text/index.ts'
import { CommandResult, useValueText } from './CommandResult.tsx'
import type { Commandable } from './Commands.tsx'
import { Dialog, Field } from './Dialog.tsx'
import { Icon } from './Icon.tsx'
import { Note } from './notes.tsx'
import { TagNote } from './permits/TagNote.tsx'
import { Value } from './Value.tsx'

interface Props {
  readonly equipment: string
  readonly point: Commandable
  /** The value asked for, where there is only one; null: it is chosen here. */
  readonly fixed: CommandView['value'] | null
  readonly onClose: () => void
}

/** Now, will be, interlocks, reason; then what became of it. It stays until the person has seen that. */
export function CommandDialog({ equipment, point, fixed, onClose }: Props) {
  const { t, of } = useText()
  const worded = useValueText()
  const [typed, setTyped] = useState('')
  const [reason, setReason] = useState('')
  const [key] = useState(newKey)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<unknown>(null)
  const [given, setGiven] = useState<CommandView | null>(null)
  const commands = useCommands(equipment).data
  const { command: spec } = point
  const value = fixed ?? chosen(point, typed)
  const wrong =
    value === null
      ? 'command-empty'
      : valueProblem(
          { range: spec.range ?? undefined, step: spec.step ?? undefined, values: spec.values ?? undefined },
          point.kind,
          value,
        )
  const locks = useInterlocks(point, value)
  const held = locks.find(lock => lock.holds !== 'yes')
  const name = of(point.name)
  const blocked =
    wrong === 'command-empty'
      ? t('commands.needValue')
      : wrong
        ? t('commands.badValue', { limits: limitsText() })
        : held
          ? t(held.holds === 'no' ? 'commands.blockedInterlock' : 'commands.blockedUnknown', {
              text: of(held.interlock.text),
            })
          : reason.trim() === ''
            ? t('orders.needReason')
            : null

  function limitsText(): string {
    const parts = [
      spec.range ? `${worded(point, spec.range[0])} – ${worded(point, spec.range[1])}` : '',
      spec.step === null ? '' : t('commands.step', { step: worded(point, spec.step) }),
    ]
    return parts.filter(part => part !== '').join(t('common.listSep'))
  }
  const give = async () => {
    if (value === null) return
    setBusy(true)
    setError(null)
    try {
      setGiven(await giveCommand(equipment, { point: point.id, value, reason: reason.trim() }, key))
    } catch (refused) {
      setError(refused)
    } finally {
      setBusy(false)
    }
  }

  if (given)
    return (
      <Dialog title={name} onClose={onClose}>
        <b>{t('commands.verb', { point: name, value: worded(point, given.value) })}</b>
        <CommandResult command={commands?.find(c => c.id === given.id) ?? given} point={point} />
      </Dialog>
    )
  return (
    <Dialog
      title={name}
      verb={
        value === null || wrong ? t('commands.set') : t('commands.verb', { point: name, value: worded(point, value) })
      }
      blocked={blocked}
      busy={busy}
      error={error}
      onDo={() => void give()}
      onClose={onClose}
    >
      <dl className="kv">
        <div className="kv-r">
          <dt>{t('commands.now')}</dt>
          <dd>
            <Value point={point} />
          </dd>
        </div>
        <div className="kv-r">
          <dt>{t('commands.willBe')}</dt>
          <dd>
            {fixed !== null ? (
              <b>{worded(point, fixed)}</b>
            ) : spec.values ? (
              <select
                className="inp"
                value={typed}
                aria-label={t('commands.willBe')}
                onChange={e => setTyped(e.target.value)}
              >
                <option value="" />
                {spec.values.map(one => (
                  <option key={String(one)} value={String(one)}>
                    {worded(point, one)}
                  </option>
                ))}
              </select>
            ) : (
              <span className="row g2">
                <input
                  className="inp"
                  inputMode="decimal"
                  autoComplete="off"
                  size={8}
                  value={typed}
                  aria-label={t('commands.willBe')}
                  onChange={e => setTyped(e.target.value)}
                />
                <span className="dim nw">{formatUnit(point.unit)}</span>
              </span>
            )}
            {fixed === null && !spec.values ? <div className="cap">{limitsText()}</div> : null}
          </dd>
        </div>
      </dl>
      <TagNote equipment={equipment} />
      <Interlocks locks={locks} />
      {spec.secondPerson ? <Note icon="person">{t('commands.second')}</Note> : null}
      <Field label={t('common.reason')}>
        <textarea
          className="inp"
          rows={2}
          maxLength={500}
          value={reason}
          onChange={event => setReason(event.target.value)}
        />
      </Field>
    </Dialog>
  )
}

/** What was chosen or typed; null when it is nothing yet or no number. */
function chosen(point: Commandable, typed: string): CommandView['value'] | null {
  const text = typed.trim()
  if (text === '') return null
  if (point.command.values) return point.command.values.find(one => String(one) === text) ?? null
  const number = Number(text.replace(',', '.'))
  return Number.isFinite(number) ? number : null
}

type Lock = ReturnType<typeof interlockStates>[number]
/** The same rule as in the gateway, on the samples of this screen; the gateway asks again. */
function useInterlocks(point: Commandable, value: CommandView['value'] | null): Lock[] {
  const { interlocks } = point.command
  const states = () =>
    interlockStates(
      interlocks.map(i => ({ ...i, values: value === null ? undefined : (i.values ?? undefined) })),
      value ?? '',
      id => sampleOf(id) as never,
    )
  useDerived(
    interlocks.map(i => i.point as PointId),
    () =>
      states()
        .map(s => s.holds)
        .join(),
  )
  return states()
}

function Interlocks({ locks }: { readonly locks: readonly Lock[] }) {
  const { t, of } = useText()
  const id = useId()
  const marks = { yes: 'check', no: 'x', unknown: 'help' } as const
  return (
    <div>
      <h3 className="cap" id={id}>
        {t('commands.interlocks')}
      </h3>
      {locks.length === 0 ? (
        <span className="dim">{t('commands.noInterlocks')}</span>
      ) : (
        <ul className="ilk" aria-labelledby={id}>
          {locks.map(({ interlock, holds }) => (
            <li key={`${interlock.point} ${interlock.text.en}`} className={holds}>
              <Icon name={marks[holds]} />
              <span className="grow">{of(interlock.text)}</span>
              <span className="cap">{t(`commands.holds.${holds}`)}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
