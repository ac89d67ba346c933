/** A list of ticks. */
export function Ticks<T extends string>(props: {
  readonly label: string
  readonly all: readonly T[]
  readonly chosen: readonly T[]
  readonly word: (one: T) => string
  readonly onChange: (chosen: readonly T[]) => void
}) {
  const { label, all, chosen, word, onChange } = props
  return (
    <fieldset className="bare col">
      <legend className="cap">{label}</legend>
      <div className="row wrap ticks">
        {all.map(one => (
          <label key={one} className="row tick">
            <input
              type="checkbox"
              checked={chosen.includes(one)}
              onChange={() => onChange(all.filter(o => (o === one ? !chosen.includes(o) : chosen.includes(o))))}
            />
            {word(one)}
          </label>
        ))}
      </div>
    </fieldset>
  )
}
