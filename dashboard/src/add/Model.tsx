import { useQuery } from '@tanstack/react-query'
import { useEffect } from 'react'
import type { Identified, LineAsk, ProfileView } from '../../../gateway/http/contract.ts'
import { call, type Items, post } from '../api.ts'
import { plain } from '../format.ts'
import { Field } from '../parts/Dialog.tsx'
import { LineTrouble } from '../parts/LineTrouble.tsx'
import { Note, Refusal } from '../parts/notes.tsx'
import { useText } from '../text/index.ts'

export const OWN = ':own'
export const useProfiles = () =>
  useQuery({
    queryKey: ['profiles'],
    queryFn: async () => (await call<Items<ProfileView>>('profiles')).items,
  })

interface Props {
  readonly line: LineAsk
  readonly unit: number
  readonly protocol: string
  /** A model's id, OWN, or null: nothing yet. */
  readonly chosen: string | null
  readonly onChoose: (model: string) => void
  readonly onKnown: (found: Identified) => void
}
/** Step 2: which model it is. It is asked; what it proves to be is taken, and may be changed. */
export function Model({ line, unit, protocol, chosen, onChoose, onKnown }: Props) {
  const { t, of } = useText()
  const models = (useProfiles().data ?? []).filter(one => one.protocols.includes(protocol))
  const query = useQuery({
    queryKey: ['identify', line, unit],
    queryFn: () => post<Identified>('lines/identify', { line, unit }),
    retry: false,
    gcTime: 0,
  })
  const found = query.data
  useEffect(() => {
    if (found) onKnown(found)
  }, [found, onKnown])
  const sure = found?.items ?? []
  const silent = found !== undefined && found.trouble === null && found.asked > 0 && found.silent === found.asked
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('add.model')}</h2>
        <span className="ml dim">{t('add.unit', { n: unit })}</span>
      </div>
      <div className="card-b col g3">
        {query.isFetching ? (
          <span role="status">{t('add.asking', { n: models.filter(m => m.probe).length })}</span>
        ) : null}
        <Refusal error={query.error} />
        {found?.trouble ? <LineTrouble trouble={found.trouble} /> : null}
        {found?.equipment ? (
          <Note sort="medium" icon="warn" role="alert">
            {t('add.taken', { id: plain(found.equipment), n: unit })}
          </Note>
        ) : null}
        {silent ? (
          <Note sort="medium" icon="warn" role="alert" title={t('add.silent', { n: unit })}>
            {t('add.silentWhy')}
          </Note>
        ) : null}
        {sure.map(one => (
          <label key={one.id} className="row">
            <input type="radio" name="model" checked={chosen === one.id} onChange={() => onChoose(one.id)} />
            <span>
              <b>{of(one.name)}</b>{' '}
              <span className="dim">{t(one.verdict === 'right' ? 'add.proven' : 'add.dark')}</span>
              {one.draft ? <span className="q-t"> {t('profiles.draft')}</span> : null}
            </span>
          </label>
        ))}
        {found && !silent && !found.trouble && sure.length === 0 ? <Note icon="help">{t('add.noModel')}</Note> : null}
        {found && !found.trouble ? (
          <Field label={t(sure.length > 0 ? 'add.otherModel' : 'add.chooseModel')}>
            <select
              className="inp"
              name="model"
              value={chosen !== null && !sure.some(one => one.id === chosen) ? chosen : ''}
              onChange={event => event.target.value !== '' && onChoose(event.target.value)}
            >
              <option value="">—</option>
              <option value={OWN}>{t('add.ownModel')}</option>
              {models.map(one => (
                <option key={one.id} value={one.id}>
                  {of(one.name)}
                </option>
              ))}
            </select>
          </Field>
        ) : null}
      </div>
    </section>
  )
}
