import { useState } from 'react'
import { type Severity, severities } from '../../../../../rules/rule.ts'
import { Button } from '../../../parts/Button.tsx'
import { Dialog } from '../../../parts/Dialog.tsx'
import { useText } from '../../../text/index.ts'
import { Ticks } from '../Ticks.tsx'
import { Choice, Part, TextField, TimesField } from './fields.tsx'
import {
  type Ladder,
  type NotifyEdit,
  pressing,
  type Times,
  timesWrong,
  useIdWrong,
  wholeOf,
  withItem,
} from './model.ts'

interface Draft {
  readonly key: number
  readonly afterMin: string
  readonly roster: string
  readonly channels: readonly string[]
}
interface Props {
  readonly edit: NotifyEdit
  readonly ladder: Ladder | null
  readonly onDone: (said: string) => void
  readonly onClose: () => void
}
/** Who comes next while nobody acknowledges. */
export function LadderDialog({ edit, ladder, onDone, onClose }: Props) {
  const { t } = useText()
  const idWrong = useIdWrong()
  const rosters = (edit.file.rosters ?? []).map(r => r.id)
  const channels = edit.file.channels.map(c => c.id)
  const [id, setId] = useState(ladder?.id ?? '')
  const [which, setWhich] = useState<readonly Severity[]>(ladder?.severities ?? pressing)
  const [quiet, setQuiet] = useState<readonly Times[]>(ladder?.quiet ?? [])
  const [repeat, setRepeat] = useState(String(ladder?.repeatMin ?? 15))
  const [levels, setLevels] = useState<readonly Draft[]>(() =>
    (ladder?.levels ?? [{ afterMin: 0, roster: rosters[0] ?? '', channels: channels.slice(0, 1) }]).map((one, key) => ({
      ...one,
      key,
      afterMin: String(one.afterMin),
    })),
  )
  const wrongId = idWrong(id, edit.file.ladders ?? [], ladder?.id ?? null)
  const wrongRepeat = wholeOf(repeat, 1, 1440) === null ? t('notifyForm.minutesWrong', { least: 1 }) : null
  const wrongOf = (one: Draft, at: number) => {
    const minutes = wholeOf(one.afterMin, 0, 1440)
    const before = at === 0 ? null : wholeOf(levels[at - 1]!.afterMin, 0, 1440)
    return {
      afterMin:
        minutes === null
          ? t('notifyForm.minutesWrong', { least: 0 })
          : before !== null && minutes <= before
            ? t('notifyForm.laterThan', { n: before })
            : null,
      roster: one.roster === '' ? t('notifyForm.rosterNeeded') : null,
      channels: one.channels.length === 0 ? t('notifyForm.channelNeeded') : null,
    }
  }
  const first = levels.flatMap((one, at) => Object.values(wrongOf(one, at))).find(one => one !== null)
  const put = (key: number, change: Partial<Draft>) =>
    setLevels(levels.map(one => (one.key === key ? { ...one, ...change } : one)))
  const save = async () => {
    const made: Ladder = {
      id,
      severities: which,
      ...(quiet.length > 0 && { quiet }),
      repeatMin: Number(repeat),
      levels: levels.map(({ key: _, afterMin, ...rest }) => ({ afterMin: Number(afterMin), ...rest })),
    }
    if (await edit.save(withItem(edit.file, 'ladders', ladder?.id ?? null, made))) onDone(id)
  }
  return (
    <Dialog
      title={ladder ? t('notifyForm.changeLadder', { id: ladder.id }) : t('notifyForm.addLadder')}
      verb={t('notify.save')}
      blocked={
        edit.blocked ??
        wrongId ??
        (which.length === 0 ? t('notifyForm.severityNeeded') : null) ??
        first ??
        wrongRepeat ??
        (timesWrong(quiet) ? t('notifyForm.timesWrong') : null)
      }
      busy={edit.busy}
      error={edit.error}
      onDo={() => void save()}
      onClose={onClose}
    >
      <TextField
        label={t('notifyForm.id')}
        hint={t('notifyForm.idHint')}
        mono
        readOnly={ladder !== null}
        value={id}
        wrong={wrongId}
        onChange={setId}
      />
      <Ticks
        label={t('notifyForm.ofSeverities')}
        all={severities}
        chosen={which}
        word={one => t(`severity.${one}`)}
        onChange={setWhich}
      />
      {levels.map((one, at) => {
        const wrong = wrongOf(one, at)
        const title = t('notifyForm.levelNo', { n: at + 1 })
        return (
          <Part
            key={one.key}
            title={title}
            drop={t('notifyForm.dropOne', { what: title })}
            onDrop={() => setLevels(levels.filter(l => l.key !== one.key))}
          >
            <div className="two">
              <TextField
                label={t('notifyForm.afterMin')}
                hint={t('notifyForm.afterHint')}
                numeric
                value={one.afterMin}
                wrong={wrong.afterMin}
                onChange={afterMin => put(one.key, { afterMin })}
              />
              <Choice
                label={t('notifyForm.rosterOne')}
                wrong={wrong.roster}
                value={one.roster}
                all={rosters.includes(one.roster) ? rosters : [one.roster, ...rosters]}
                word={r => (r === '' ? t('common.choose') : r)}
                onChange={roster => put(one.key, { roster })}
              />
            </div>
            <Ticks
              label={t('notifyForm.byChannels')}
              all={channels}
              chosen={one.channels}
              word={c => c}
              onChange={chosen => put(one.key, { channels: chosen })}
            />
            {wrong.channels ? (
              <span className="wrong" role="status">
                {wrong.channels}
              </span>
            ) : null}
          </Part>
        )
      })}
      <span>
        <Button
          small
          icon="plus"
          blocked={levels.length >= 10 ? t('notifyForm.most10') : null}
          onClick={() =>
            setLevels([
              ...levels,
              {
                key: Math.max(-1, ...levels.map(l => l.key)) + 1,
                afterMin: String((wholeOf(levels.at(-1)?.afterMin ?? '', 0, 1430) ?? -10) + 10),
                roster: rosters[0] ?? '',
                channels: levels.at(-1)?.channels ?? channels.slice(0, 1),
              },
            ])
          }
        >
          {t('notifyForm.addLevel')}
        </Button>
      </span>
      <TextField
        label={t('notifyForm.repeat')}
        hint={t('notifyForm.repeatHint')}
        numeric
        value={repeat}
        wrong={wrongRepeat}
        onChange={setRepeat}
      />
      <TimesField label={t('notifyForm.quiet')} none={t('notifyForm.quietNone')} times={quiet} onChange={setQuiet} />
      <span className="cap">{t('notifyForm.quietLadder')}</span>
    </Dialog>
  )
}
