import { type ReactNode, useState } from 'react'
import type { SiteView } from '../../../../gateway/http/contract.ts'
import { Button } from '../../parts/Button.tsx'
import { Dialog } from '../../parts/Dialog.tsx'
import { Empty } from '../../parts/notes.tsx'
import { useText } from '../../text/index.ts'
import { Saving } from './Saving.tsx'
import { type Edit, useSiteEdit } from './siteedit.ts'
import { useRefusal } from './siteform.tsx'

export interface Entry<F> {
  readonly key: string
  readonly head: ReactNode
  readonly more: ReactNode
  /** What its buttons are called by. */
  readonly name: string
  readonly form: F
  /** Takes it away; null: it always stands there. */
  readonly drop: readonly Edit[] | null
  /** What goes with it, said before it is taken away. */
  readonly dropWhy?: ReactNode
  /** What else can be done with it. */
  readonly tools?: ReactNode
  /** Puts it as the form says. */
  readonly put: (form: F) => readonly Edit[]
}
interface Props<F> {
  readonly site: SiteView
  readonly title: string
  readonly none?: string
  readonly why: string
  readonly entries: readonly Entry<F>[]
  /** How a new one begins; left out: there are no new ones. */
  readonly blank?: { readonly word: string; readonly form: F; readonly put: (form: F) => readonly Edit[] }
  /** What is wrong with it; null: nothing. */
  readonly lacks: (form: F) => string | null
  readonly fields: (form: F, set: (change: Partial<F>) => void, isNew: boolean) => ReactNode
}

/** A list of site.json of which each entry is changed, added and taken away by a dialog; taking away is asked for once more. */
export function Entries<F extends object>({ site, title, none, why, entries, blank, lacks, fields }: Props<F>) {
  const { t } = useText()
  const edit = useSiteEdit(site)
  const refusal = useRefusal(edit)
  const [open, setOpen] = useState<{ readonly entry: Entry<F> | null; readonly form: F } | null>(null)
  const [dropping, setDropping] = useState<Entry<F> | null>(null)
  const put = async () => {
    const edits = open && (open.entry ? open.entry.put(open.form) : blank?.put(open.form))
    if (edits && (await edit.save(edits))) setOpen(null)
  }
  const drop = async () => {
    if (dropping?.drop && (await edit.save(dropping.drop))) setDropping(null)
  }
  return (
    <section className="card" aria-label={title}>
      <div className="card-h">
        <h2>{title}</h2>
        {blank ? (
          <span className="ml">
            <Button small icon="plus" blocked={edit.blocked} onClick={() => setOpen({ entry: null, form: blank.form })}>
              {blank.word}
            </Button>
          </span>
        ) : null}
      </div>
      {entries.length === 0 ? (
        <Empty title={none ?? title} why={why} />
      ) : (
        <table className="tbl flow" aria-label={title}>
          <tbody>
            {entries.map(one => (
              <tr key={one.key}>
                <td className="wide">
                  <b>{one.head}</b>
                  <div className="cap">{one.more}</div>
                </td>
                <td className="r nw">
                  <span className="ent-b">
                    {one.tools}
                    <Button
                      small
                      blocked={edit.blocked}
                      aria-label={t('emergencySettings.changeOne', { name: one.name })}
                      onClick={() => setOpen({ entry: one, form: one.form })}
                    >
                      {t('emergencySettings.change')}
                    </Button>
                    {one.drop ? (
                      <Button
                        small
                        blocked={edit.blocked}
                        aria-label={t('orderSettings.dropOne', { name: one.name })}
                        onClick={() => setDropping(one)}
                      >
                        {t('orderSettings.drop')}
                      </Button>
                    ) : null}
                  </span>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {edit.saved || (edit.error && !open && !dropping) ? <Saving edit={edit}>{null}</Saving> : null}
      {open ? (
        <Dialog
          title={open.entry ? t('emergencySettings.changeOne', { name: open.entry.name }) : (blank?.word ?? title)}
          verb={t('orderSettings.save')}
          blocked={edit.blocked ?? lacks(open.form)}
          busy={edit.busy}
          error={refusal}
          onDo={() => void put()}
          onClose={() => setOpen(null)}
        >
          {fields(open.form, change => setOpen({ ...open, form: { ...open.form, ...change } }), open.entry === null)}
        </Dialog>
      ) : null}
      {dropping ? (
        <Dialog
          title={t('orderSettings.dropOne', { name: dropping.name })}
          verb={t('orderSettings.drop')}
          blocked={edit.blocked}
          busy={edit.busy}
          error={refusal}
          onDo={() => void drop()}
          onClose={() => setDropping(null)}
        >
          {dropping.dropWhy ?? <p>{t('emergencySettings.dropWhy')}</p>}
        </Dialog>
      ) : null}
    </section>
  )
}
