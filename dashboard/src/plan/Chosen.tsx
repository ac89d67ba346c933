import { type PlanDraft, positionOf } from '../../../rules/planedit.ts'
import { Button } from '../parts/Button.tsx'
import { Field } from '../parts/Dialog.tsx'
import { useText } from '../text/index.ts'
import type { Thing } from './things.ts'

interface Props {
  readonly draft: PlanDraft
  readonly things: ReadonlyMap<string, Thing>
  readonly chosen: string | null
  /** Elements of the drawing. */
  readonly ids: ReadonlySet<string>
  readonly onPut: (thing: string, at: readonly [number, number]) => void
  readonly onTakeOff: (thing: string) => void
}

/** The thing in hand: where it stands, in numbers too. */
export function Chosen({ draft, things, chosen, ids, onPut, onTakeOff }: Props) {
  const { t } = useText()
  const thing = chosen === null ? undefined : things.get(chosen)
  const at = chosen === null ? undefined : positionOf(draft, chosen)
  const element = chosen === null ? undefined : draft.places[chosen]
  const drawn = typeof element === 'string' ? element : chosen !== null && ids.has(chosen) ? chosen : null
  return (
    <section className="card ple-h" aria-label={t('planEdit.chosen')}>
      {chosen === null ? (
        <p className="card-b dim">{t('planEdit.choose')}</p>
      ) : (
        <>
          <div className="card-h">
            <h2>
              <bdi>{thing?.name ?? chosen}</bdi>
            </h2>
          </div>
          <div className="card-b col g2">
            {thing ? <span className="cap">{thing.sub}</span> : null}
            {at ? (
              <div className="ple-xy">
                {([0, 1] as const).map(axis => (
                  <Field key={axis} label={axis === 0 ? 'x' : 'y'}>
                    <input
                      className="inp"
                      type="number"
                      step="any"
                      value={at[axis]}
                      onChange={event => {
                        const n = event.target.valueAsNumber
                        if (Number.isFinite(n)) onPut(chosen, axis === 0 ? [n, at[1]] : [at[0], n])
                      }}
                    />
                  </Field>
                ))}
              </div>
            ) : drawn === null ? null : (
              <span>{t('planEdit.outline', { id: drawn })}</span>
            )}
            <span className="sr" role="status">
              {at ? `x ${at[0]}, y ${at[1]}` : ''}
            </span>
            {at ? (
              <Button icon="x" onClick={() => onTakeOff(chosen)}>
                {t('planEdit.takeOff')}
              </Button>
            ) : null}
          </div>
        </>
      )}
    </section>
  )
}
