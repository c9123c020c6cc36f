#!/bin/sh
# Runs two commands at once, for machines with two cores. What the second says comes after the first has ended.
# Usage: side_by_side.sh FIRST SECOND; the status is 0 if both succeed.
said=$(mktemp)
trap 'rm -f "$said"' EXIT
sh -c "$2" >"$said" 2>&1 &
second=$!
trap 'kill $second 2>/dev/null' INT TERM
sh -c "$1"
first_status=$?
wait $second
second_status=$?
cat "$said"
[ $first_status -eq 0 ] && [ $second_status -eq 0 ]
