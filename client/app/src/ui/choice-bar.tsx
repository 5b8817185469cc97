// One of a few, side by side: what a list shows, which sample stands there.
export function ChoiceBar<T extends string | undefined>({
  label,
  options,
  value,
  onChange,
}: {
  label: string
  options: readonly { id: T; text: string }[]
  value: T
  onChange: (id: T) => void
}) {
  return (
    <div className="seg" role="toolbar" aria-label={label}>
      {options.map(({ id, text }) => (
        <button
          key={id ?? ''}
          type="button"
          aria-pressed={value === id}
          onClick={() => onChange(id)}
        >
          {text}
        </button>
      ))}
    </div>
  )
}
