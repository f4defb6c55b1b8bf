import { describe, expect, it } from 'vitest';
import { Random } from './random';
import { RandomStreams } from './random-streams';

const draw = (streams: RandomStreams, name: string): number[] =>
  Array.from({ length: 3 }, () => streams.get(name).uniform());

describe('RandomStreams', () => {
  it('has a stream for each name, that of the seed and the name, which goes on where it was left', () => {
    const streams = new RandomStreams(7);
    const alone = new Random(7, 'a');
    const first = draw(streams, 'a');
    expect(draw(streams, 'b')).not.toEqual(first);
    expect([...first, ...draw(streams, 'a')]).toEqual(Array.from({ length: 6 }, () => alone.uniform()));
  });

  it('takes a stream that is made for it, once', () => {
    const streams = new RandomStreams(7);
    const made = new Random(5, 'own');
    expect(streams.get('a', () => made)).toBe(made);
    expect(streams.get('a', () => new Random(6))).toBe(made);
  });

  it('tells the seed that it took where none was given', () => {
    const streams = new RandomStreams();
    expect(draw(new RandomStreams(streams.seed), 'a')).toEqual(draw(streams, 'a'));
  });

  it('goes on from the states of another, in which a stream that was not used begins anew', () => {
    const [streams, resumed] = [new RandomStreams(7), new RandomStreams(7)];
    draw(streams, 'a');
    draw(streams, 'own');
    const states = JSON.parse(JSON.stringify(streams.states()));
    expect(Object.keys(states)).toEqual(['a', 'own']);
    const beginning = draw(resumed, 'b');
    resumed.restore(states);
    for (const name of ['a', 'own']) expect(draw(resumed, name)).toEqual(draw(streams, name));
    expect(draw(resumed, 'b')).toEqual(beginning);
  });

  it('refuses states that are none, and stays as it was', () => {
    const [streams, same] = [new RandomStreams(7), new RandomStreams(7)];
    expect(() => streams.restore({ b: [1, 2, 3, 4], a: [1] })).toThrow(
      'Random.state: expected four integers of 32 bits, or a number more, got [1]',
    );
    expect(draw(streams, 'b')).toEqual(draw(same, 'b'));
  });
});
