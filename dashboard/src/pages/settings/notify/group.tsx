import { useState } from 'react'
import { Dialog, Field } from '../../../parts/Dialog.tsx'
import { useText } from '../../../text/index.ts'
import { Ticks } from '../Ticks.tsx'
import { TextField } from './fields.tsx'
import { type Group, isEmail, isPhone, type NotifyEdit, type Person, useIdWrong, withItem } from './model.ts'

/** `A-1502, 13600000000, a@example.com, en`: the name first, the rest in any order. */
const lineOf = ({ name, phone, email, language }: Person): string =>
  [name, phone, email, language].filter(part => part !== undefined).join(', ')
type Fault = 'lineWrong' | 'lineTwice'
/** The people of the lines, or the first line that is none, from 1. */
export function peopleOf(text: string): readonly Person[] | { readonly line: number; readonly why: Fault } {
  const people: Person[] = []
  const names = new Set<string>()
  for (const [at, line] of text.split('\n').entries()) {
    if (line.trim() === '') continue
    const [name = '', ...rest] = line.split(/[,，;；\t]/).map(part => part.trim())
    const person: { -readonly [K in keyof Person]: Person[K] } = { name }
    for (const part of rest) {
      const phone = part.replace(/[\s-]/g, '')
      if (part === '') continue
      if (part === 'en' || part === 'zh-CN') person.language = part
      else if (isPhone(phone)) person.phone = phone
      else if (isEmail(part)) person.email = part
      else return { line: at + 1, why: 'lineWrong' }
    }
    if (name === '' || (person.phone === undefined && person.email === undefined))
      return { line: at + 1, why: 'lineWrong' }
    if (names.has(name)) return { line: at + 1, why: 'lineTwice' }
    names.add(name)
    people.push(person)
  }
  return people
}

interface Props {
  readonly edit: NotifyEdit
  readonly group: Group | null
  readonly onDone: (said: string) => void
  readonly onClose: () => void
}
/** Whom notices of outages go to. */
export function GroupDialog({ edit, group, onDone, onClose }: Props) {
  const { t, of } = useText()
  const idWrong = useIdWrong()
  const [id, setId] = useState(group?.id ?? '')
  const [zh, setZh] = useState(group?.name['zh-CN'] ?? '')
  const [en, setEn] = useState(group?.name.en ?? '')
  const [channels, setChannels] = useState<readonly string[]>(group?.channels ?? [])
  const [lines, setLines] = useState(() => (group?.people ?? []).map(lineOf).join('\n'))
  const wrongId = idWrong(id, edit.file.groups ?? [], group?.id ?? null)
  const people = peopleOf(lines)
  const wrongLine = 'line' in people ? t(`notifyForm.${people.why}`, { n: people.line }) : null
  const save = async () => {
    if ('line' in people) return
    const made: Group = { id, name: { 'zh-CN': zh.trim(), en: en.trim() }, channels, people }
    if (await edit.save(withItem(edit.file, 'groups', group?.id ?? null, made))) onDone(id)
  }
  return (
    <Dialog
      title={group ? t('notifyForm.changeGroup', { id: of(group.name) }) : t('notifyForm.addGroup')}
      verb={t('notify.save')}
      blocked={
        edit.blocked ??
        wrongId ??
        (zh.trim() === '' || en.trim() === '' ? t('notifyForm.namesNeeded') : null) ??
        (channels.length === 0 ? t('notifyForm.channelNeeded') : null) ??
        wrongLine
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
        readOnly={group !== null}
        value={id}
        wrong={wrongId}
        onChange={setId}
      />
      <div className="two">
        <TextField label={t('orderSettings.name-zh')} value={zh} onChange={setZh} />
        <TextField label={t('orderSettings.name-en')} value={en} onChange={setEn} />
      </div>
      <Ticks
        label={t('notifyForm.byChannels')}
        all={edit.file.channels.map(c => c.id)}
        chosen={channels}
        word={c => c}
        onChange={setChannels}
      />
      <Field label={t('notifyForm.people')} hint={t('notifyForm.peopleHint')} wrong={wrongLine}>
        <textarea
          className="inp mono"
          rows={8}
          spellCheck={false}
          value={lines}
          onChange={event => setLines(event.target.value)}
        />
      </Field>
    </Dialog>
  )
}
