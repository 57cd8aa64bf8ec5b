export default function ConflictDialog() {
  return null
}
