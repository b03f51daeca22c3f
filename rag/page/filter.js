// Runs inside the filter beside the question (Gradio binds element and trigger).
element.addEventListener('submit', (event) => {
  event.preventDefault();
  trigger('limit', { filter: Object.fromEntries(new FormData(event.target)) });
});

element.addEventListener('click', (event) => {
  const chip = event.target.closest('button.chip');
  if (chip) trigger('limit', { part: chip.dataset.part });
});

element.addEventListener('keydown', (event) => {
  const menu = element.querySelector('details.menu[open]');
  if (event.key !== 'Escape' || !menu) return;
  menu.open = false;
  menu.querySelector('summary').focus();
});

const chosen = () => JSON.stringify([...new FormData(element.querySelector('form'))]);
let before = '';

element.addEventListener('toggle', () => (before = chosen()), true);

// What was chosen counts without the button too: who goes on to ask has done with choosing.
function leave(event) {
  const menu = element.querySelector('details.menu[open]');
  if (!menu || menu.contains(event.target)) return;
  menu.open = false;
  if (chosen() !== before) menu.querySelector('form').requestSubmit();
}
document.addEventListener('click', leave);
document.addEventListener('focusin', leave);
