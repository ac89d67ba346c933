import { useState } from 'react'
import type { SiteView } from '../../../../gateway/http/contract.ts'
import type { Crew } from '../../../../rules/workorder.ts'
import { Button } from '../../parts/Button.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { Empty } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import { Saving } from './Saving.tsx'
import { useSiteEdit } from './siteedit.ts'
import { CrewField, NameFields, useNameLacks, useRefusal } from './siteform.tsx'

interface Failure {
  readonly id: string
  readonly name: { readonly 'zh-CN': string; readonly en: string }
  readonly crew: Crew
}

/** Failure classes of rules that are no kind of report: alarms of one class and equipment are one order, for this crew. */
export function FailureClasses(props: { readonly site: SiteView; readonly failures: readonly Failure[] }) {
  const { site, failures } = props
  const { t, of } = useText()
  const edit = useSiteEdit(site)
  const [adding, setAdding] = useState(false)
  const [form, setForm] = useState({ id: '', zh: '', en: '', crew: 'general' as Crew })
  const lacks = useNameLacks(form)
  const refusal = useRefusal(edit)
  const add = async () => {
    const made: Failure = { id: form.id, name: { 'zh-CN': form.zh.trim(), en: form.en.trim() }, crew: form.crew }
    if (
      await edit.save([
        [
          ['orders', 'failures'],
          [...failures, made],
        ],
      ])
    )
      setAdding(false)
  }
  const drop = (id: string) => {
    const left = failures.filter(f => f.id !== id)
    void edit.save([[['orders', 'failures'], left.length === 0 ? undefined : left]])
  }
  return (
    <section className="card">
      <div className="card-h">
        <h2>{t('orderSettings.failures')}</h2>
        <span className="ml">
          <Button small icon="plus" blocked={edit.blocked} onClick={() => setAdding(true)}>
            {t('orderSettings.addFailure')}
          </Button>
        </span>
      </div>
      {failures.length === 0 ? (
        <Empty title={t('orderSettings.noFailures')} why={t('orderSettings.failuresWhy')} />
      ) : (
        <table className="tbl flow">
          <tbody>
            {failures.map(one => (
              <tr key={one.id}>
                <td className="wide">
                  <b>{of(one.name)}</b> <span className="mono dim">{one.id}</span>
                </td>
                <td className="nw">{t(`crew.${one.crew}`)}</td>
                <td className="r">
                  <Button
                    small
                    blocked={edit.blocked}
                    aria-label={t('orderSettings.dropOne', { name: of(one.name) })}
                    onClick={() => drop(one.id)}
                  >
                    {t('orderSettings.drop')}
                  </Button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {edit.saved || (edit.error && !adding) ? <Saving edit={edit}>{null}</Saving> : null}
      {adding ? (
        <Dialog
          title={t('orderSettings.addFailure')}
          verb={t('orderSettings.add')}
          blocked={edit.blocked ?? lacks}
          busy={edit.busy}
          error={refusal}
          onDo={() => void add()}
          onClose={() => setAdding(false)}
        >
          <NameFields form={form} set={change => setForm({ ...form, ...change })} />
          <CrewField value={form.crew} onChange={crew => setForm({ ...form, crew })} />
        </Dialog>
      ) : null}
    </section>
  )
}
