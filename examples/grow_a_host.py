"""Grow a network while it trains: graft a blueprint into a host without a jump in its loss.

    python examples/grow_a_host.py [loss.svg]

A small convolutional host learns to tell eight textures apart. Then `conv_small` from the registry takes
the place of an identity in the middle of it. A blueprint starts as the identity, so the loss is the same
after the graft as before, and training goes on with more capacity; the last row is a host without it.
"""

from __future__ import annotations

import sys
from pathlib import Path

import torch
from torch import nn

from kasmina.blueprints import BlueprintRegistry

CHANNELS, CLASSES, SIZE = 8, 8, 12
STEPS_BEFORE, STEPS_AFTER = 200, 200


class Host(nn.Module):
    """(B, 1, H, W) -> (B, CLASSES), with a slot that a seed can take."""

    def __init__(self) -> None:
        super().__init__()
        self.stem = nn.Conv2d(1, CHANNELS, 3, padding=1)
        self.slot: nn.Module = nn.Identity()
        self.head = nn.Linear(CHANNELS, CLASSES)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        features = nn.functional.gelu(self.slot(nn.functional.gelu(self.stem(x))))
        scores: torch.Tensor = self.head(features.mean(dim=(2, 3)))
        return scores


def make_textures(count: int) -> tuple[torch.Tensor, torch.Tensor]:
    """Waves of one direction per class, with a random phase and frequency, under noise."""
    labels = torch.randint(CLASSES, (count,))
    angle = labels * torch.pi / CLASSES
    frequency = 0.7 + 0.6 * torch.rand(count)
    rows, columns = torch.meshgrid(torch.arange(SIZE), torch.arange(SIZE), indexing="ij")
    along = angle.cos()[:, None, None] * rows + angle.sin()[:, None, None] * columns
    waves = torch.sin(frequency[:, None, None] * along + 6.28 * torch.rand(count)[:, None, None])
    return (waves + 1.5 * torch.randn(count, SIZE, SIZE))[:, None], labels


def train(host: Host, optimiser: torch.optim.Optimizer, steps: int) -> list[float]:
    """The loss of each step."""
    losses = []
    for _ in range(steps):
        images, labels = make_textures(128)
        loss = nn.functional.cross_entropy(host(images), labels)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(loss.item())
    return losses


def graft(host: Host, optimiser: torch.optim.Optimizer, name: str) -> None:
    """Put a blueprint into the slot; the optimiser keeps what it knows of the other parameters."""
    seed = BlueprintRegistry.create("cnn", name, CHANNELS)
    host.slot = seed
    optimiser.add_param_group({"params": list(seed.parameters())})


@torch.no_grad()
def report(when: str, host: Host, images: torch.Tensor, labels: torch.Tensor) -> None:
    """One row of the table, measured on data that is not trained on."""
    scores = host(images)
    loss = nn.functional.cross_entropy(scores, labels).item()
    accuracy = (scores.argmax(dim=1) == labels).float().mean().item()
    count = sum(parameter.numel() for parameter in host.parameters())
    print(f"{when:<14}{count:>12}{loss:>10.4f}{accuracy:>10.1%}")


def plot(losses: list[float], path: Path) -> None:
    """The training loss as an SVG picture; the dashed line is the graft."""
    width, height, top = 480, 240, max(losses)
    points = " ".join(
        f"{40 + i * (width - 60) / (len(losses) - 1):.1f},{height - 30 - loss / top * (height - 50):.1f}"
        for i, loss in enumerate(losses)
    )
    x = 40 + STEPS_BEFORE * (width - 60) / (len(losses) - 1)
    path.write_text(
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" font-family="sans-serif"'
        f' font-size="11"><rect width="{width}" height="{height}" fill="white"/>'
        f'<path d="M40,20V{height - 30}H{width - 20}" fill="none" stroke="gray"/>'
        f'<line x1="{x:.1f}" y1="20" x2="{x:.1f}" y2="{height - 30}" stroke="gray" stroke-dasharray="4"/>'
        f'<text x="{x + 4:.1f}" y="30">graft</text><text x="8" y="24">{top:.2f}</text>'
        f'<text x="8" y="{height - 27}">0.00</text>'
        f'<text x="{width - 90}" y="{height - 12}">training step</text>'
        f'<polyline points="{points}" fill="none" stroke="steelblue" stroke-width="1.5"/></svg>\n',
        encoding="utf-8",
    )


def start() -> tuple[Host, torch.optim.Optimizer]:
    """The same host every time, untrained."""
    torch.manual_seed(1)
    host = Host()
    return host, torch.optim.Adam(host.parameters(), lr=0.01)


def main(path: Path) -> None:
    torch.manual_seed(0)
    test = make_textures(2000)
    host, optimiser = start()
    print(f"{'':<14}{'parameters':>12}{'loss':>10}{'accuracy':>10}")
    report("start", host, *test)
    losses = train(host, optimiser, STEPS_BEFORE)
    report("before graft", host, *test)
    graft(host, optimiser, "conv_small")
    report("after graft", host, *test)
    losses += train(host, optimiser, STEPS_AFTER)
    report("end", host, *test)
    plain, optimiser = start()
    train(plain, optimiser, STEPS_BEFORE + STEPS_AFTER)
    report("end, no graft", plain, *test)
    plot(losses, path)
    print(f"\nThe training loss is drawn in {path}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "loss.svg"))
