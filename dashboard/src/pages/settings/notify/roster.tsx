import { useState } from 'react'
import { Button } from '../../../parts/Button.tsx'
import { Dialog } from '../../../parts/Dialog.tsx'
import { useText } from '../../../text/index.ts'
import { Choice, Part, TextField, TimesField } from './fields.tsx'
import {
  isEmail,
  isPhone,
  type NotifyEdit,
  type Person,
  type Roster,
  type Times,
  timesWrong,
  useIdWrong,
  withItem,
} from './model.ts'

interface Draft {
  readonly key: number
  readonly name: string
  readonly phone: string
  readonly email: string
  readonly language: '' | 'zh-CN' | 'en'
  readonly shifts: readonly Times[]
}
const draftOf = (person: Person | null, key: number): Draft => ({
  key,
  name: person?.name ?? '',
  phone: person?.phone ?? '',
  email: person?.email ?? '',
  language: person?.language ?? '',
  shifts: person?.shifts ?? [],
})
/** Telephones are written with blanks and hyphens. */
const bare = (phone: string): string => phone.replace(/[\s-]/g, '')

interface Props {
  readonly edit: NotifyEdit
  readonly roster: Roster | null
  readonly onDone: (said: string) => void
  readonly onClose: () => void
}
/** Who is on duty when. */
export function RosterDialog({ edit, roster, onDone, onClose }: Props) {
  const { t } = useText()
  const idWrong = useIdWrong()
  const [id, setId] = useState(roster?.id ?? '')
  const [people, setPeople] = useState<readonly Draft[]>(() =>
    roster ? roster.people.map((person, key) => draftOf(person, key)) : [draftOf(null, 0)],
  )
  const wrongId = idWrong(id, edit.file.rosters ?? [], roster?.id ?? null)
  const wrongOf = (one: Draft) => ({
    name: one.name.trim() === '' ? t('notifyForm.nameNeeded') : null,
    phone: one.phone === '' || isPhone(bare(one.phone)) ? null : t('notifyForm.phoneWrong'),
    email: one.email === '' || isEmail(one.email) ? null : t('notifyForm.emailWrong'),
    address: one.phone === '' && one.email === '' ? t('notifyForm.addressNeeded', { name: one.name }) : null,
    shifts: timesWrong(one.shifts) ? t('notifyForm.timesWrong') : null,
  })
  const first = people.flatMap(one => Object.values(wrongOf(one))).find(one => one !== null)
  const put = (key: number, change: Partial<Draft>) =>
    setPeople(people.map(one => (one.key === key ? { ...one, ...change } : one)))
  const save = async () => {
    const made: Roster = {
      id,
      people: people.map(({ name, phone, email, language, shifts }) => ({
        name: name.trim(),
        ...(phone !== '' && { phone: bare(phone) }),
        ...(email !== '' && { email }),
        ...(language !== '' && { language }),
        ...(shifts.length > 0 && { shifts }),
      })),
    }
    if (await edit.save(withItem(edit.file, 'rosters', roster?.id ?? null, made))) onDone(id)
  }
  return (
    <Dialog
      title={roster ? t('notifyForm.changeRoster', { id: roster.id }) : t('notifyForm.addRoster')}
      verb={t('notify.save')}
      blocked={edit.blocked ?? wrongId ?? first ?? null}
      busy={edit.busy}
      error={edit.error}
      onDo={() => void save()}
      onClose={onClose}
    >
      <TextField
        label={t('notifyForm.id')}
        hint={t('notifyForm.idHint')}
        mono
        readOnly={roster !== null}
        value={id}
        wrong={wrongId}
        onChange={setId}
      />
      {people.map((one, at) => {
        const wrong = wrongOf(one)
        const title = one.name.trim() || t('notifyForm.personNo', { n: at + 1 })
        return (
          <Part
            key={one.key}
            title={title}
            drop={t('notifyForm.dropOne', { what: title })}
            onDrop={() => setPeople(people.filter(p => p.key !== one.key))}
          >
            <div className="two">
              <TextField
                label={t('notifyForm.name')}
                value={one.name}
                wrong={wrong.name}
                onChange={name => put(one.key, { name })}
              />
              <TextField
                label={t('notifyForm.phone')}
                type="tel"
                value={one.phone}
                wrong={wrong.phone}
                onChange={phone => put(one.key, { phone })}
              />
              <TextField
                label={t('notifyForm.email')}
                type="email"
                value={one.email}
                wrong={wrong.email}
                onChange={email => put(one.key, { email: email.trim() })}
              />
              <Choice
                label={t('notifyForm.language')}
                value={one.language}
                all={['', 'zh-CN', 'en'] as const}
                word={l =>
                  t(l === 'en' ? 'notifyForm.english' : l === '' ? 'notifyForm.asChannel' : 'notifyForm.chinese')
                }
                onChange={language => put(one.key, { language })}
              />
            </div>
            {wrong.address && one.name !== '' ? (
              <span className="wrong" role="status">
                {wrong.address}
              </span>
            ) : null}
            <TimesField
              label={t('notifyForm.shifts')}
              none={t('notifyForm.shiftsNone')}
              times={one.shifts}
              onChange={shifts => put(one.key, { shifts })}
            />
          </Part>
        )
      })}
      <span>
        <Button
          small
          icon="plus"
          onClick={() => setPeople([...people, draftOf(null, Math.max(-1, ...people.map(p => p.key)) + 1)])}
        >
          {t('notifyForm.addPerson')}
        </Button>
      </span>
    </Dialog>
  )
}
