# shellcheck shell=bash
# shellcheck disable=SC2154,SC2164 # images is the caller's, and so is set -e
# java_ric: prints a folder with the jars of AWS's Java RIC (the JNI libraries are inside) in ric/ and the test
# function's own jar in function/, made once.
java_ric() {
  local folder
  folder=$CACHE/ric-java-$(cd "$images/functions" && hash_of java)
  cached "$folder" build_java_ric
  echo "$folder"
}
build_java_ric() {
  local out=$1
  say 'building the Java function and its RIC, once'
  apt_install openjdk-17-jdk-headless maven
  cp -r "$images/functions/java" "$out/work"
  (
    cd "$out/work"
    export JAVA_HOME=$JAVA_17
    retry 3 mvn -q -B package dependency:copy-dependencies -DoutputDirectory="$out/ric" -DincludeScope=runtime
  )
  mkdir -p "$out/function"
  cp "$out"/work/target/function-1.jar "$out/function/function.jar"
  rm -rf "$out/work"
}
