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

document.addEventListener('click', (event) => {
  const menu = element.querySelector('details.menu');
  if (menu && !menu.contains(event.target)) menu.open = false;
});
